import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type BareServerOptions, createBareServer } from './bare-server.ts';
import { letParentDecide } from './led-by-parent.ts';

const SELF = fileURLToPath(import.meta.url);

/** A server whose every answer takes a while, and which stands still for a while in every second. Times in ms. */
export type Stalls = { readonly delayMs: number; readonly stallMs: number; readonly everyMs: number };

/** A bare server in a process of its own, as the system has one. It ends with its parent. */
export class BareServer {
  readonly address: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.address = `http://127.0.0.1:${port}`;
  }

  /** @throws Error when it does not start */
  static async start(stalls?: Stalls): Promise<BareServer> {
    const child = fork(SELF, stalls ? [JSON.stringify(stalls)] : []);
    const port = await new Promise<number>((resolve, reject) => {
      child.once('message', (message) => resolve(message as number));
      child.once('exit', (code) => reject(new Error(`the bare server ended with ${code}`)));
    });
    return new BareServer(child, port);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.disconnect();
    await ended;
  }
}

function optionsOf(word: string | undefined): BareServerOptions {
  if (word === undefined) return {};
  const { delayMs, stallMs, everyMs } = JSON.parse(word) as Stalls;
  return { delayMs, stall: () => Math.max(0, stallMs - (performance.now() % everyMs)) };
}

if (process.argv[1] === SELF) {
  const server = createBareServer(optionsOf(process.argv[2]));
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  letParentDecide();
}
