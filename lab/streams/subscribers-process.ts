import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { letParentDecide } from '../load/led-by-parent.ts';
import { Subscribers } from './subscribers.ts';
import type {
  FromSubscribers,
  SubscribersEnd,
  SubscribersOrder,
  SubscribersResult,
  ToSubscribers,
} from './subscribers-order.ts';

const SELF = fileURLToPath(import.meta.url);

/** An subscribers in a process of its own: reading must not hold up the sending of requests. It ends with its parent. */
export class SubscribersProcess {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(SELF, [], { serialization: 'advanced' });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Opens the streams. @throws Error when one cannot be had */
  async open(order: SubscribersOrder): Promise<void> {
    await this.#ask({ say: 'open', order });
  }

  begin(durationMs: number): void {
    this.#child.send({ say: 'begin', durationMs } satisfies ToSubscribers);
  }

  async settle(end: SubscribersEnd): Promise<SubscribersResult> {
    const answer = await this.#ask({ say: 'settle', end });
    if (answer.say !== 'settled') throw new Error('the subscribers did not settle');
    return answer.result;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    if (this.#child.connected) this.#child.disconnect();
    await ended;
  }

  #ask(message: ToSubscribers): Promise<FromSubscribers> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`the subscribers ended with ${code}`));
      this.#child.once('exit', onExit);
      this.#child.once('message', (answer: FromSubscribers) => {
        this.#child.off('exit', onExit);
        if (answer.say === 'failed') reject(new Error(`the subscribers failed: ${answer.message}`));
        else resolve(answer);
      });
      this.#child.send(message);
    });
  }
}

async function obey(message: ToSubscribers, subscribers: Subscribers | undefined): Promise<Subscribers> {
  const tell = (answer: FromSubscribers) => process.send?.(answer);
  const its = message.say === 'open' ? new Subscribers(message.order) : subscribers;
  if (!its) throw new Error('it was not opened');
  if (message.say === 'open') await its.open().then(() => tell({ say: 'opened' }));
  else if (message.say === 'begin') its.begin(message.durationMs);
  else tell({ say: 'settled', result: await its.settle(message.end) });
  return its;
}

if (process.argv[1] === SELF) {
  let subscribers: Promise<Subscribers | undefined> = Promise.resolve(undefined);
  process.on('message', (message: ToSubscribers) => {
    subscribers = subscribers.then((its) => obey(message, its));
    subscribers.catch((error: unknown) =>
      process.send?.({ say: 'failed', message: String(error) } satisfies FromSubscribers),
    );
  });
  letParentDecide();
}
