import { buildApp } from '../app.ts';
import { type Config, readConfig } from '../config.ts';
import { createLogger } from '../platform/observability/logger.ts';
import { printBanner } from './banner.ts';
import { openFileLimit } from './open-files.ts';
import { untilToldToStop } from './signals.ts';

/** Runs the system until it is told to stop; stops it in order. */
export async function serve(): Promise<number> {
  const config = readConfig(process.env);
  const logger = createLogger({ level: config.logLevel, format: logFormat(config) });
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const stopping = untilToldToStop();
  const app = await buildApp(config, { logger, demoData: true, onProgress: say, signal: stopping.signal });
  try {
    await app.start();
    printBanner(config, app.address(), await openFileLimit());
    say(`Stopping: ${await stopping.reason}`);
  } finally {
    await app.stop();
    stopping.release();
  }
  say('Stopped.');
  return 0;
}

function logFormat(config: Config): 'json' | 'text' {
  if (config.logFormat !== 'auto') return config.logFormat;
  return process.stdout.isTTY ? 'text' : 'json';
}
