/** Reads Server-Sent Events over a real socket, as `fetch` clients do. */
export type SentEvent<D = unknown> = { readonly id: string; readonly event: string; readonly data: D };

export type EventReader<D = unknown> = {
  readonly status: number;
  /** The next event; rejects when the stream ends first. */
  next(): Promise<SentEvent<D>>;
  /** Everything until the stream ends. */
  rest(): Promise<SentEvent<D>[]>;
  close(): void;
};

/** @typeParam D what the test expects as data; not checked */
export async function readEvents<D>(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventReader<D>> {
  const controller = new AbortController();
  const response = await fetch(url, { headers, signal: controller.signal });
  const events = parse<D>(response);
  return {
    status: response.status,
    async next() {
      const { value, done } = await events.next();
      if (done) throw new Error('the stream ended');
      return value;
    },
    async rest() {
      const all: SentEvent<D>[] = [];
      for await (const event of events) all.push(event);
      return all;
    },
    close: () => controller.abort(),
  };
}

async function* parse<D>(response: Response): AsyncGenerator<SentEvent<D>> {
  let buffered = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    buffered += decoder.decode(chunk, { stream: true });
    const frames = buffered.split('\n\n');
    buffered = frames.pop() ?? '';
    for (const frame of frames) {
      const event = readFrame<D>(frame);
      if (event) yield event;
    }
  }
}

/** Undefined for comments and `retry`. */
function readFrame<D>(frame: string): SentEvent<D> | undefined {
  const fields = new Map(
    frame.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
    }),
  );
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return { id: fields.get('id') ?? '', event: fields.get('event') ?? 'message', data: JSON.parse(data) as D };
}
