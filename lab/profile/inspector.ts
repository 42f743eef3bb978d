/** A profile of processor time as V8 writes it (Chrome DevTools Protocol, domain Profiler): a `.cpuprofile`. */
export type CpuProfile = {
  readonly nodes: readonly { readonly callFrame: { readonly functionName: string } }[];
  /** The node that was running at each sample. */
  readonly samples: readonly number[];
};

type Answer = {
  readonly id?: number;
  readonly params?: { readonly chunk?: string };
  readonly result?: unknown;
  readonly error?: { readonly message: string };
};

/** Finer would cost the process more than it shows. */
const SAMPLE_US = 500;

/** Where a process that was started with `--inspect` can be reached; undefined for any other line of its output. */
export function inspectorAddress(line: string): string | undefined {
  return /^Debugger listening on (ws:\S+)$/.exec(line)?.[1];
}

/** Takes profiles and heap snapshots of another process of Node by its inspector. */
export class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;
  #onChunk: (chunk: string) => void = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#read(JSON.parse(String(data)) as Answer));
    socket.addEventListener('close', () => this.#lose());
  }

  /** @throws Error when it cannot be reached */
  static async connect(address: string): Promise<Inspector> {
    const socket = new WebSocket(address);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve(), { once: true });
      socket.addEventListener('error', () => reject(new Error(`no inspector at ${address}`)), { once: true });
    });
    return new Inspector(socket);
  }

  async start(): Promise<void> {
    await this.#ask('Profiler.enable');
    await this.#ask('Profiler.setSamplingInterval', { interval: SAMPLE_US });
    await this.#ask('Profiler.start');
  }

  async stop(): Promise<CpuProfile> {
    return ((await this.#ask('Profiler.stop')) as { profile: CpuProfile }).profile;
  }

  /** Stops the process for as long as its heap takes to be written down. The text comes in pieces. */
  async heapSnapshot(onChunk: (chunk: string) => void): Promise<void> {
    this.#onChunk = onChunk;
    await this.#ask('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  }

  close(): void {
    this.#socket.close();
  }

  #ask(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return answer.promise;
  }

  #read({ id, params, result, error }: Answer): void {
    if (params?.chunk !== undefined) this.#onChunk(params.chunk);
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id !== undefined) this.#waiting.delete(id);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
  }

  #lose(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error('the inspector is gone'));
    this.#waiting.clear();
  }
}
