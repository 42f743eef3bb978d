/**
 * `npm run services -- start|stop|status [NAME…] [--fresh]`: the real services that distributed mode runs on, on this
 * machine. `start` installs what lacks and ends once all are ready; `status` prints one JSON object on standard output.
 */
import { parseArgs } from 'node:util';
import { startService, statusOf, stopService } from './services/manage.mjs';
import { SERVICES } from './services/services.mjs';
import { reportFailure, SetupFailure } from './setup/terminal.mjs';

const USAGE = `usage: npm run services -- start|stop|status [NAME…] [--fresh]

Starts, stops or shows the real services on this machine; without a name: all.
--fresh begins with empty data. Services: ${SERVICES.map(({ name }) => name).join(', ')}.`;

const VERBS = {
  async start(services, { fresh }) {
    // One after the other: on a small machine they are ready sooner than all at once.
    for (const service of services) await startService(service, { fresh });
  },
  async stop(services) {
    await Promise.all(services.map(stopService));
  },
  async status(services) {
    const states = await Promise.all(services.map(statusOf));
    process.stdout.write(`${JSON.stringify({ services: states })}\n`);
  },
};

await reportFailure(async () => {
  const { verb, names, options } = readArguments(process.argv.slice(2));
  if (options.help || verb === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  if (!(verb in VERBS)) throw new SetupFailure(`there is no command "${verb}".\n${USAGE}`);
  await VERBS[verb](chosen(names), options);
});

function readArguments(words) {
  try {
    const { values, positionals } = parseArgs({
      args: words,
      allowPositionals: true,
      options: { fresh: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    });
    const [verb, ...names] = positionals;
    return { verb, names, options: values };
  } catch (error) {
    throw new SetupFailure(`${error.message}\n${USAGE}`);
  }
}

function chosen(names) {
  if (names.length === 0) return SERVICES;
  return [...new Set(names)].map((name) => {
    const service = SERVICES.find((candidate) => candidate.name === name);
    if (service === undefined)
      throw new SetupFailure(
        `there is no service "${name}": choose from ${SERVICES.map((one) => one.name).join(', ')}.`,
      );
    return service;
  });
}
