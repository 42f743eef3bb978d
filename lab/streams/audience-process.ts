import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { letParentDecide } from '../load/led-by-parent.ts';
import { Audience } from './audience.ts';
import type {
  AudienceEnd,
  AudienceOrder,
  AudienceResult,
  FromAudience,
  ToAudience,
} from './audience-order.ts';

const SELF = fileURLToPath(import.meta.url);

/** An audience in a process of its own: reading must not hold up the sending of requests. It ends with its parent. */
export class AudienceProcess {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(SELF, [], { serialization: 'advanced' });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Opens the streams. @throws Error when one cannot be had */
  async open(order: AudienceOrder): Promise<void> {
    await this.#ask({ say: 'open', order });
  }

  begin(durationMs: number): void {
    this.#child.send({ say: 'begin', durationMs } satisfies ToAudience);
  }

  async settle(end: AudienceEnd): Promise<AudienceResult> {
    const answer = await this.#ask({ say: 'settle', end });
    if (answer.say !== 'settled') throw new Error('the audience did not settle');
    return answer.result;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    if (this.#child.connected) this.#child.disconnect();
    await ended;
  }

  #ask(message: ToAudience): Promise<FromAudience> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`the audience ended with ${code}`));
      this.#child.once('exit', onExit);
      this.#child.once('message', (answer: FromAudience) => {
        this.#child.off('exit', onExit);
        if (answer.say === 'failed') reject(new Error(`the audience failed: ${answer.message}`));
        else resolve(answer);
      });
      this.#child.send(message);
    });
  }
}

async function obey(message: ToAudience, audience: Audience | undefined): Promise<Audience> {
  const tell = (answer: FromAudience) => process.send?.(answer);
  const its = message.say === 'open' ? new Audience(message.order) : audience;
  if (!its) throw new Error('it was not opened');
  if (message.say === 'open') await its.open().then(() => tell({ say: 'opened' }));
  else if (message.say === 'begin') its.begin(message.durationMs);
  else tell({ say: 'settled', result: await its.settle(message.end) });
  return its;
}

if (process.argv[1] === SELF) {
  let audience: Promise<Audience | undefined> = Promise.resolve(undefined);
  process.on('message', (message: ToAudience) => {
    audience = audience.then((its) => obey(message, its));
    audience.catch((error: unknown) =>
      process.send?.({ say: 'failed', message: String(error) } satisfies FromAudience),
    );
  });
  letParentDecide();
}
