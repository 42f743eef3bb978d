/** What is told on a topic. */
export type LiveContent = {
  /** What it is, such as `delta`; what clients send to one another has none. */
  readonly event?: string;
  /** JSON, but for what clients send to one another. */
  readonly body: Buffer;
  /** Of a client's SEND. */
  readonly headers?: ReadonlyMap<string, string>;
  /** Names the message where its owner does; else the topic numbers it: `epoch.offset`. */
  readonly id?: string;
  /** The version of the owner's state that this message leads to. */
  readonly version?: number;
};

/** Bytes as one transport writes them. */
export type Encoder<T> = (message: LiveMessage) => T;

const OVERHEAD_BYTES = 200;

/** A message on its way to many: encoded once for each transport, and never changed. */
export class LiveMessage {
  readonly id: string;
  readonly event: string | undefined;
  readonly body: Buffer;
  readonly headers: ReadonlyMap<string, string> | undefined;
  readonly version: number | undefined;
  /** Whether `id` is a place on a topic, from which a subscriber can go on. */
  readonly isPlace: boolean;
  readonly #encoded = new Map<Encoder<unknown>, unknown>();

  constructor(id: string, content: LiveContent, isPlace = false) {
    this.id = id;
    this.event = content.event;
    this.body = content.body;
    this.headers = content.headers;
    this.version = content.version;
    this.isPlace = isPlace;
  }

  /** Roughly what it takes in memory, before it is encoded. */
  get bytes(): number {
    return this.body.length + OVERHEAD_BYTES;
  }

  as<T>(encoder: Encoder<T>): T {
    let encoded = this.#encoded.get(encoder) as T | undefined;
    if (encoded === undefined) {
      encoded = encoder(this);
      this.#encoded.set(encoder, encoded);
    }
    return encoded;
  }
}

/** An event with JSON data. */
export function jsonContent(event: string, data: unknown): LiveContent & { readonly event: string } {
  return { event, body: Buffer.from(JSON.stringify(data)) };
}
