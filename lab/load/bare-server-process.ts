import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createBareServer } from './bare-server.ts';

const SELF = fileURLToPath(import.meta.url);

/** A bare server in a process of its own, as the system has one. It ends with its parent. */
export class BareServer {
  readonly address: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.address = `http://127.0.0.1:${port}`;
  }

  /** @throws Error when it does not start */
  static async start(): Promise<BareServer> {
    const child = fork(SELF);
    const port = await new Promise<number>((resolve, reject) => {
      child.once('message', (message) => resolve(message as number));
      child.once('exit', (code) => reject(new Error(`the bare server ended with ${code}`)));
    });
    return new BareServer(child, port);
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}

if (process.argv[1] === SELF) {
  const server = createBareServer();
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit(0));
}
