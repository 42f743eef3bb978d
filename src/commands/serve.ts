import { buildApp } from '../app.ts';
import { type Config, readConfig } from '../config/config.ts';
import { createLogger } from '../platform/observability/logger.ts';
import { bannerOf, printFirstManager } from './banner.ts';
import { ignoreBrokenOutput } from './output.ts';
import { type StopWatch, untilToldToStop } from './signals.ts';
import { parseWords } from './words.ts';

/** Runs the system until it is told to stop, also while it starts; stops it in order. */
export async function serve(words: readonly string[]): Promise<number> {
  parseWords('serve', words, {});
  const config = readConfig(process.env);
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

async function run(config: Config, stopping: StopWatch): Promise<void> {
  const logger = createLogger({ level: config.logLevel, format: logFormat(config) });
  const app = await buildApp(config, {
    logger,
    demoData: true,
    onProgress: say,
    signal: stopping.signal,
  });
  try {
    await app.start();
    const words = bannerOf(config, app.address(), app.connectionsMax);
    // Anyone who asks for JSON reads standard output line by line.
    (config.logFormat === 'json' ? process.stderr : process.stdout).write(words);
    if (config.mode === 'production' && process.stderr.isTTY)
      printFirstManager(app.address(), await app.offerFirstManager());
    logger.info({ address: app.address() }, 'listening');
    await stopping.reason;
  } finally {
    await app.stop();
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function logFormat(config: Config): 'json' | 'text' {
  if (config.logFormat !== 'auto') return config.logFormat;
  return process.stdout.isTTY ? 'text' : 'json';
}
