import { createHash } from 'node:crypto';
import { type Clock, sleep } from '../../kernel/clock.ts';
import { withDeadline } from '../../kernel/deadline.ts';
import { DeadlineFault, Fault, UnavailableFault } from '../../kernel/faults.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import { openLink, type RedisArgument, type RedisLink, type RedisSettings, type Take } from './link.ts';

export type RedisOptions = {
  readonly clock: Clock;
  /** How long a start waits for a Redis that does not answer. */
  readonly startWaitMs: number;
  /** Hears of connections that failed; they are made again. */
  readonly onError: (error: unknown) => void;
  /** Hears that Redis has answered. */
  readonly onAnswer?: () => void;
};

/** A script of Redis, which is sent by its digest where the node knows it. */
export type RedisScript = { readonly text: string; readonly digest: string };

export function redisScript(text: string): RedisScript {
  return { text, digest: createHash('sha1').update(text).digest('hex') };
}

/** Keys of one slot: what one command or script touches. */
export type KeysOf = { readonly tag: string; readonly names: readonly string[] };

const ANSWER_MS = 2_000;
const START_RETRY_MS = 250;

/**
 * Redis, one or a cluster. All keys of a command share their hash tag, `prefix:{tag}:name`, so that none crosses slots.
 * What comes back is Buffers, whole numbers and lists of both.
 */
export class Redis {
  readonly lifecycle: Lifecycle;
  readonly #settings: RedisSettings;
  readonly #options: RedisOptions;
  readonly #onReady = new Set<() => void>();
  #link: RedisLink | undefined;
  #isStarted = false;

  constructor(settings: RedisSettings, options: RedisOptions) {
    this.#settings = settings;
    this.#options = options;
    this.lifecycle = createLifecycle('Redis', {
      start: () => this.#start(),
      stop: () => {
        this.#isStarted = false;
        this.#link?.close();
        this.#link = undefined;
      },
    });
  }

  /** Hears that a connection is there again: messages of channels may have been missed. @returns stops it */
  whenReady(run: () => void): () => void {
    this.#onReady.add(run);
    return () => void this.#onReady.delete(run);
  }

  /** @throws UnavailableFault, or Fault for what Redis refuses */
  async run(script: RedisScript, { tag, names }: KeysOf, args: readonly RedisArgument[]): Promise<unknown> {
    const keys = names.map((name) => this.key(tag, name));
    const rest = [String(keys.length), ...keys, ...args];
    const [first = ''] = keys;
    return this.#answer(async (link) => {
      try {
        return await link.send(first, ['EVALSHA', script.digest, ...rest]);
      } catch (error) {
        if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
        return link.send(first, ['EVAL', script.text, ...rest]);
      }
    });
  }

  /** A command on one key, such as `['GET']` or `['SET', value]`. @throws as `run` */
  async command(
    tag: string,
    name: string,
    [command = '', ...args]: readonly RedisArgument[],
  ): Promise<unknown> {
    const key = this.key(tag, name);
    return this.#answer((link) => link.send(key, [command, key, ...args]));
  }

  /** Listens to a sharded channel of the slot of `tag`. @throws as `run` */
  async subscribe(tag: string, name: string, take: Take): Promise<void> {
    await this.#answer((link) => link.subscribe(this.key(tag, name), take));
  }

  async unsubscribe(tag: string, name: string, take: Take): Promise<void> {
    await this.#answer((link) => link.unsubscribe(this.key(tag, name), take));
  }

  /** @throws UnavailableFault where a master does not answer */
  async ping(): Promise<void> {
    await this.#answer((link) => link.ping());
  }

  /** A key or channel. The tag alone decides the slot. */
  key(tag: string, name: string): string {
    return `${this.#settings.prefix}:{${tag.replaceAll(/[%{}]/g, encodeURIComponent)}}:${name}`;
  }

  async #answer<T>(work: (link: RedisLink) => Promise<T>): Promise<T> {
    const link = this.#link;
    if (link === undefined) throw this.#toFault(new Error('it is not connected'));
    try {
      const value = await withDeadline(work(link), ANSWER_MS, this.#options.clock, 'Redis');
      this.#options.onAnswer?.();
      return value;
    } catch (error) {
      throw this.#toFault(error);
    }
  }

  async #start(): Promise<void> {
    const { clock, startWaitMs } = this.#options;
    const until = clock.now() + startWaitMs;
    for (;;) {
      try {
        this.#link = await openLink(this.#settings, {
          onError: (error) => this.#failed(error),
          onReady: () => {
            for (const run of this.#onReady) run();
          },
          mayRetry: (error) => this.#isStarted || (!isRefusal(error) && clock.now() < until),
        });
        this.#isStarted = true;
        return;
      } catch (error) {
        if (isRefusal(error) || clock.now() >= until) throw this.#toFault(error);
        await sleep(clock, START_RETRY_MS);
      }
    }
  }

  /** Until it has started, the start itself says what is wrong. */
  #failed(error: Error): void {
    if (this.#isStarted) this.#options.onError(this.#toFault(error));
  }

  #toFault(error: unknown): Fault {
    if (error instanceof Fault && !(error instanceof DeadlineFault)) return error;
    const { message } = error as Error;
    if (isRefusal(error)) return new Fault('redis_forbidden', `Redis refuses this user: ${message}`);
    if (/^(ERR|WRONGTYPE|CROSSSLOT|NOTSUPPORTED) /.test(message))
      return new Fault('redis_refused', `Redis refuses a command: ${message}`, { cause: error });
    const places = this.#settings.urls.map((url) => new URL(url).host).join(', ');
    return new UnavailableFault('redis', `Redis at ${places} cannot be used: ${message || 'no answer'}`, {
      cause: error,
    });
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && /^(WRONGPASS|NOAUTH|NOPERM)|invalid password/i.test(error.message);
}
