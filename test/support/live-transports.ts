/** One way to follow a live view, whatever the transport: the suite of live views runs over each of them. */
import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import { readEvents } from './event-source.ts';

export type Told = {
  readonly event: string;
  readonly id: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- what a test reads out of a message, it asserts
  readonly data: Record<string, any>;
  /** Whether all that was missed follows, where the transport says so. */
  readonly recovered?: boolean;
};

export type Following = {
  next(): Promise<Told>;
  /** Everything until the view ends with `closed`, which is the last. */
  rest(): Promise<readonly Told[]>;
  /** Goes away without a word. */
  close(): void;
};

export type Wish = {
  readonly address: string;
  readonly token: string;
  readonly view: 'seats' | 'entry';
  readonly performanceId: string;
  /** The id of the last message. */
  readonly after?: string;
};

export type LiveTransport = {
  readonly name: string;
  /** Whether who comes back is told so in a header. */
  readonly tellsRecovery: boolean;
  /** Or the code of the refusal. */
  follow(wish: Wish): Promise<Following | string>;
};

export async function followed(transport: LiveTransport, wish: Wish): Promise<Following> {
  const following = await transport.follow(wish);
  assert.ok(typeof following !== 'string', `refused: ${JSON.stringify(following)}`);
  return following;
}

const PATHS = { seats: 'seats/stream', entry: 'room/entries/me/stream' } as const;

const overEvents: LiveTransport = {
  name: 'Server-Sent Events',
  tellsRecovery: false,
  async follow({ address, token, view, performanceId, after }) {
    const url = `${address}/v1/performances/${performanceId}/${PATHS[view]}`;
    const headers = {
      authorization: `Bearer ${token}`,
      ...(after === undefined ? {} : { 'last-event-id': after }),
    };
    const reader = await readEvents<Told['data']>(url, headers);
    if (reader.status === 200) return reader;
    reader.close();
    const refusal = await fetch(url, { headers });
    return refusal.status === 204 ? 'ended' : ((await refusal.json()) as { code: string }).code;
  },
};

const DESTINATIONS = {
  seats: (id: string) => `/topic/performances/${id}/seats`,
  entry: (id: string) => `/user/queue/rooms/${id}`,
} as const;

const overStomp: LiveTransport = {
  name: 'STOMP',
  tellsRecovery: true,
  async follow({ address, token, view, performanceId, after }) {
    const frames = await connectStomp(address, token);
    const headers = after === undefined ? '' : `resume:${after}\n`;
    const destination = DESTINATIONS[view](performanceId);
    frames.send(`SUBSCRIBE\nid:0\nreceipt:ready\ndestination:${destination}\n${headers}\n`);
    const early: Told[] = [];
    for (let frame = await frames.next(); frame.command !== 'RECEIPT'; frame = await frames.next()) {
      assert.equal(frame.command, 'MESSAGE', JSON.stringify(frame));
      early.push(toldOf(frame));
    }
    const [first] = early;
    if (first?.event === 'closed' && first.id === '') {
      frames.close();
      return first.data['reason'] as string;
    }
    const next = async (): Promise<Told> => early.shift() ?? toldOf(await frames.next());
    return {
      next,
      close: () => frames.close(),
      async rest() {
        const all = [await next()];
        while (all.at(-1)?.event !== 'closed') all.push(await next());
        frames.close();
        return all;
      },
    };
  },
};

export const liveTransports: readonly LiveTransport[] = [overEvents, overStomp];

type StompFrame = {
  readonly command: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
};

function toldOf({ headers, body }: StompFrame): Told {
  const recovered = headers.get('recovered');
  return {
    event: headers.get('event') ?? '',
    id: headers.get('offset') ?? '',
    data: JSON.parse(body) as Told['data'],
    ...(recovered === undefined ? {} : { recovered: recovered === 'true' }),
  };
}

async function connectStomp(address: string, token: string) {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/stomp`, ['v12.stomp']);
  const waiting: StompFrame[] = [];
  let wake = (): void => undefined;
  socket.on('message', (data) => {
    const text = (data as Buffer).toString();
    if (text === '\n') return;
    waiting.push(parse(text));
    wake();
  });
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  const next = async (): Promise<StompFrame> => {
    while (waiting.length === 0)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    return waiting.shift()!;
  };
  const send = (frame: string): void => socket.send(`${frame}\0`);
  send(`CONNECT\naccept-version:1.2\nhost:x\npasscode:${token}\n\n`);
  assert.equal((await next()).command, 'CONNECTED');
  return { next, send, close: () => socket.terminate() };
}

function parse(text: string): StompFrame {
  const [head = '', body = ''] = text.split('\n\n');
  const [command = '', ...lines] = head.split('\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1)] as const;
    }),
  );
  return { command, headers, body: body.replace(/\0$/, '') };
}
