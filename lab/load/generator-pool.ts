import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nowMs } from './clock.ts';
import { type LoadResult, mergeResults } from './load-result.ts';
import type { FromWorker, LoadTask, ToWorker } from './messages.ts';
import type { Progress } from './recorder.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
/** Between the order to begin and the beginning: longer than the order takes to arrive. */
const AHEAD_MS = 100;

/** A load for all processes together; each gets its share of the connections and of the attempts. */
export type PoolLoad = Omit<LoadTask, 'share' | 'connections'> & {
  readonly connections: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Called when the load is about to begin, with its moment on the clock of `nowMs`. */
  readonly onBegin?: (startAtMs: number) => void;
};

/** Generator processes that offer loads together, one load at a time. */
export class GeneratorPool {
  readonly #workers: readonly ChildProcess[];

  constructor(size: number) {
    this.#workers = Array.from({ length: size }, () => {
      return fork(WORKER, [], { serialization: 'advanced', execArgv: [...process.execArgv, '--expose-gc'] });
    });
  }

  get pids(): readonly number[] {
    return this.#workers.flatMap((worker) => worker.pid ?? []);
  }

  /**
   * @returns what all of them measured, and the number of the first attempt that none of them made
   * @throws Error when one of them fails; the others are told to stop
   */
  async offer(load: PoolLoad): Promise<{ readonly result: LoadResult; readonly nextIndex: number }> {
    const { signal, onProgress, onBegin, connections, ...task } = load;
    const of = this.#workers.length;
    const progress: Progress[] = [];
    const conversations = this.#workers.map(
      (worker, no) =>
        new Conversation(worker, (its) => {
          progress[no] = its;
          onProgress?.(sum(progress));
        }),
    );
    const stop = () => this.#tell({ say: 'stop' });
    signal.addEventListener('abort', stop, { once: true });
    try {
      for (const [no, worker] of this.#workers.entries()) {
        const its = Math.floor(connections / of) + (no < connections % of ? 1 : 0);
        send(worker, { say: 'prepare', task: { ...task, share: { no, of }, connections: its } });
      }
      await Promise.all(conversations.map((conversation) => conversation.ready));
      if (signal.aborted) stop();
      const startAtMs = nowMs() + AHEAD_MS;
      this.#tell({ say: 'begin', startAtMs });
      onBegin?.(startAtMs);
      const done = await Promise.all(conversations.map((conversation) => conversation.done));
      return {
        result: mergeResults(done.map(({ result }) => result)),
        nextIndex: Math.max(...done.map(({ nextIndex }) => nextIndex)),
      };
    } catch (error) {
      stop();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      for (const conversation of conversations) conversation.end();
    }
  }

  /** Ends the processes; they end by themselves when this one does. */
  async close(): Promise<void> {
    const ends = this.#workers.map(
      (worker) =>
        new Promise<void>((resolve) => {
          if (worker.exitCode !== null || worker.signalCode !== null) return resolve();
          worker.once('exit', () => resolve());
          if (worker.connected) worker.disconnect();
        }),
    );
    await Promise.all(ends);
  }

  #tell(message: ToWorker): void {
    for (const worker of this.#workers) send(worker, message);
  }
}

function send(worker: ChildProcess, message: ToWorker): void {
  if (worker.connected) worker.send(message);
}

type Done = Extract<FromWorker, { say: 'done' }>;

/** What one process says during one load. */
class Conversation {
  readonly #ready = Promise.withResolvers<void>();
  readonly #done = Promise.withResolvers<Done>();
  readonly end: () => void;

  constructor(worker: ChildProcess, onProgress: (progress: Progress) => void) {
    const fail = (message: string): void => {
      const error = new Error(`a generator process failed: ${message}`);
      this.#ready.reject(error);
      this.#done.reject(error);
    };
    const onMessage = (message: FromWorker): void => {
      if (message.say === 'ready') this.#ready.resolve();
      else if (message.say === 'done') this.#done.resolve(message);
      else if (message.say === 'progress') onProgress(message.progress);
      else fail(message.message);
    };
    const onExit = (code: number | null, signal: string | null) => fail(`it ended with ${code ?? signal}`);
    // Anyone who waits for one of the two hears of a failure; the other must not be an unhandled rejection.
    this.#ready.promise.catch(() => undefined);
    this.#done.promise.catch(() => undefined);
    worker.on('message', onMessage);
    worker.once('exit', onExit);
    this.end = () => {
      worker.off('message', onMessage);
      worker.off('exit', onExit);
    };
    if (worker.exitCode !== null || worker.signalCode !== null) onExit(worker.exitCode, worker.signalCode);
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get done(): Promise<Done> {
    return this.#done.promise;
  }
}

function sum(parts: readonly (Progress | undefined)[]): Progress {
  const total = { offered: 0, answered: 0, won: 0, errors: 0 };
  for (const part of parts) {
    total.offered += part?.offered ?? 0;
    total.answered += part?.answered ?? 0;
    total.won += part?.won ?? 0;
    total.errors += part?.errors ?? 0;
  }
  return total;
}
