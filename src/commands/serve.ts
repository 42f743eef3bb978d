import { buildGateway } from '../app/gateway.ts';
import { type App, buildApp } from '../app.ts';
import { type Config, readConfig } from '../config/config.ts';
import { isBehindGateway } from '../config/role-settings.ts';
import { createLogger } from '../platform/observability/logger.ts';
import { bannerOf, printFirstManager } from './banner.ts';
import { ignoreBrokenOutput } from './output.ts';
import { type StopWatch, untilToldToStop } from './signals.ts';
import { parseWords } from './words.ts';

/** Runs the system, or the roles of it that are named, until it is told to stop, also while it starts; stops it in order. */
export async function serve(words: readonly string[]): Promise<number> {
  const { roles } = parseWords('serve', words, { roles: { type: 'string' } });
  const config = readConfig(roles === undefined ? process.env : { ...process.env, ROLES: roles });
  ignoreBrokenOutput();
  const stopping = untilToldToStop();
  void stopping.reason.then((reason) => say(`Stopping: ${reason}.`));
  try {
    await run(config, stopping);
  } catch (error) {
    // What was under way when the wish to stop came has ended with an error, as it should.
    if (!stopping.signal.aborted) throw error;
  } finally {
    stopping.release();
  }
  say('Stopped.');
  return 0;
}

/** What a process is made of: the modules, a gateway before them or before others, or both. */
type Part = Pick<App, 'start' | 'stop' | 'address' | 'connectionsMax'>;

async function run(config: Config, stopping: StopWatch): Promise<void> {
  const logger = createLogger({ level: config.logLevel, format: logFormat(config) });
  const hasModules = config.roles.includes('api') || config.roles.includes('worker');
  const hasGateway = config.roles.includes('gateway') && isBehindGateway(config);
  const gateway = hasGateway ? [await buildGateway(config, { logger })] : [];
  const app = hasModules
    ? await buildApp(config, { logger, demoData: true, onProgress: say, signal: stopping.signal })
    : undefined;
  const parts: readonly Part[] = [...(app ? [app] : []), ...gateway];
  // The gateway comes last and is what people reach.
  const front = parts.at(-1)!;
  try {
    for (const part of parts) await part.start();
    const isWhole = hasGateway || !isBehindGateway(config);
    const words = isWhole
      ? bannerOf(config, front.address(), front.connectionsMax)
      : `firstcome is running at ${front.address()} as ${config.roles.join(' and ')}, for a gateway.\n`;
    // Anyone who asks for JSON reads standard output line by line.
    (config.logFormat === 'json' ? process.stderr : process.stdout).write(words);
    if (config.mode === 'production' && process.stderr.isTTY && app)
      printFirstManager(front.address(), await app.offerFirstManager());
    logger.info({ address: front.address(), roles: config.roles }, 'listening');
    await stopping.reason;
  } finally {
    for (const part of parts.toReversed()) await part.stop();
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function logFormat(config: Config): 'json' | 'text' {
  if (config.logFormat !== 'auto') return config.logFormat;
  return process.stdout.isTTY ? 'text' : 'json';
}
