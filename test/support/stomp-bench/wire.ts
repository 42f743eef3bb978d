import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where a server listens, and what it lets in. */
export type Place = {
  readonly port: number;
  readonly path: string;
  readonly login: string;
  /** Undefined: each account is let in by its own name. */
  readonly passcode: string | undefined;
  /** Where a SEND is taken and nobody listens. */
  readonly sink: string;
  /** stomp-broker-js answers no `receipt` of a SEND. */
  readonly givesReceipts: boolean;
};

/** Of our own server an account has at most 100 connections. */
const ACCOUNTS = 200;
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
/** What a test may have under way while connections open. */
const OPENING_MAX = 100;
/** Where nothing tells, a subscription is taken to be there after a while. */
const SUBSCRIBED_MS = 500;
const EMPTY = Buffer.alloc(0);

/**
 * A message of WebSocket as a client sends it, with a mask of zeros: it is as much work for a server as any other, and
 * none for the client.
 */
export function masked(frame: string): Buffer {
  const payload = Buffer.from(frame);
  const head = Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]);
  if (payload.length < 126) return Buffer.concat([head, payload]);
  const long = Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 255, 0, 0, 0, 0]);
  return Buffer.concat([long, payload]);
}

export function frameOf(command: string, headers: Readonly<Record<string, string>>, body = ''): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  return `${command}\n${lines.join('')}\n${body}\0`;
}

/** A SEND as libraries write it, with a body of 45 bytes. */
export function sendOf(destination: string, headers: Readonly<Record<string, string>> = {}): Buffer {
  const body = '{"seat":"A-12-34","state":"held","version":1}';
  return masked(frameOf('SEND', { destination, ...headers, 'content-length': String(body.length) }, body));
}

/** A client of STOMP over WebSocket that does as little as it can: frames are counted, and read where somebody asks. */
export class WireClient {
  readonly socket: Socket;
  #rest = EMPTY;
  /** Hears how many frames a read brought. */
  onCount: (frames: number) => void = () => undefined;
  /** Hears every frame, where it is set. */
  onFrame: ((payload: Buffer) => void) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
  }

  /** Connected: the server has let it in. `index` chooses account and address, of which there are enough for many. */
  static async open(place: Place, index: number): Promise<WireClient> {
    const localAddress = `127.0.0.${2 + (index % 8)}`;
    const socket = connect({ port: place.port, host: '127.0.0.1', localAddress, noDelay: true });
    socket.on('error', () => undefined);
    const account = `account-${index % ACCOUNTS}`;
    socket.write(
      `GET ${place.path} HTTP/1.1\r\nHost: 127.0.0.1:${place.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: v12.stomp\r\n\r\n`,
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (!answer.toString('latin1').startsWith('HTTP/1.1 101'))
      throw new Error(`no upgrade: ${String(answer)}`);
    const client = new WireClient(socket);
    socket.on('data', (chunk: Buffer) => client.#feed(chunk));
    const connected = client.next();
    const { login, passcode = account } = place;
    const headers = { 'accept-version': '1.2,1.1', host: '/', 'heart-beat': '0,0', passcode };
    client.send(masked(frameOf('CONNECT', login === '' ? headers : { ...headers, login })));
    const text = await connected;
    if (!text.startsWith('CONNECTED')) throw new Error(`not let in: ${text}`);
    return client;
  }

  send(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  /** The next frame. */
  next(): Promise<string> {
    return new Promise((resolve, reject) => {
      const closed = (): void => reject(new Error('the server closed the connection'));
      this.socket.once('close', closed);
      this.onFrame = (payload) => {
        this.onFrame = undefined;
        this.socket.off('close', closed);
        resolve(payload.toString());
      };
    });
  }

  /** Subscribes, and knows that the server has worked on it by the receipt of a SEND after it: some give none before. */
  async subscribe(place: Place, destination: string): Promise<void> {
    this.send(masked(frameOf('SUBSCRIBE', { id: 'sub-0', destination })));
    if (!place.givesReceipts) return sleep(SUBSCRIBED_MS);
    const received = this.next();
    this.send(sendOf(place.sink, { receipt: 'subscribed' }));
    const text = await received;
    if (!text.startsWith('RECEIPT')) throw new Error(`not subscribed: ${text}`);
  }

  #feed(chunk: Buffer): void {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let [at, frames] = [0, 0];
    for (;;) {
      if (data.length - at < 2) break;
      let length = data[at + 1] as number;
      let head = 2;
      if (length === 126) {
        if (data.length - at < 4) break;
        length = ((data[at + 2] as number) << 8) | (data[at + 3] as number);
        head = 4;
      }
      const end = at + head + length;
      if (end > data.length) break;
      this.onFrame?.(data.subarray(at + head, end));
      frames += 1;
      at = end;
    }
    // A piece that is kept must not hold on to all of what was read.
    this.#rest = at === data.length ? EMPTY : Buffer.from(data.subarray(at));
    if (frames > 0) this.onCount(frames);
  }
}

/** So many clients, some at a time. */
export async function openMany(place: Place, count: number): Promise<readonly WireClient[]> {
  const clients: WireClient[] = [];
  let next = 0;
  const open = async (): Promise<void> => {
    while (next < count) clients.push(await WireClient.open(place, next++));
  };
  await Promise.all(Array.from({ length: Math.min(OPENING_MAX, count) }, open));
  return clients;
}
