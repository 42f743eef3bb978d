import { ApiProblem, type ProblemBody } from '../api/problem.ts';
import { currentToken } from '../api/session.ts';
import { subjectOf } from '../api/token-subject.ts';
import { locksOfTabs } from '../state/locks.ts';
import type { ServerEvent } from './event-parser.ts';
import { type LiveState, LiveStream, type LiveStreamOptions } from './live-stream.ts';
import { ifAborted } from './stream-slots.ts';

export type SharedStreamOptions = Omit<LiveStreamOptions, 'lastEventId'> & {
  /** Goes on while nobody sees the tab; else the connection goes until somebody does. */
  readonly listensUnseen: boolean;
  /** Not where the last event of each name is not enough for a tab that comes later. */
  readonly isShared: boolean;
};

/** What the tabs that follow the same stream say to each other. `to`: for the one that asked. */
type Message = { readonly kind: 'hello'; readonly from: string } | ({ readonly to?: string } & News);

type News =
  | { readonly kind: 'event'; readonly event: ServerEvent }
  | { readonly kind: 'state'; readonly state: LiveState }
  | { readonly kind: 'problem'; readonly problem: ProblemBody };

/**
 * A stream that all tabs of a browser which follow it share: one of them, which holds a lock, keeps the connection and
 * tells the others. When it goes, or is not seen any more, the next goes on from the last event. Where the browser has
 * no locks, each tab has its own.
 */
export class SharedStream {
  readonly #options: SharedStreamOptions;
  readonly #id = Math.random().toString(36).slice(2);
  /** The last event of each name, for tabs that come later. */
  readonly #told = new Map<string, ServerEvent>();
  #lastEventId: string | undefined;
  #state: LiveState = 'connecting';
  /** What leads; undefined in a tab that is told. */
  #stream: LiveStream | undefined;
  #taking = new AbortController();

  constructor(options: SharedStreamOptions) {
    this.#options = options;
    document.addEventListener('visibilitychange', this.#turn);
    this.#begin();
  }

  /** Ends it; nothing is told any more. */
  close(): void {
    document.removeEventListener('visibilitychange', this.#turn);
    this.#taking.abort();
  }

  /** Anyone who is seen keeps the connection: a tab that is not goes to the end of the line, or rests. */
  readonly #turn = (): void => {
    const isSeen = document.visibilityState === 'visible';
    if (isSeen && this.#stream && !this.#stream.isWaiting) return;
    this.#begin();
  };

  #begin(): void {
    this.#taking.abort();
    if (document.visibilityState === 'hidden' && !this.#options.listensUnseen) return;
    this.#taking = new AbortController();
    void this.#take(this.#taking.signal);
  }

  async #take(signal: AbortSignal): Promise<void> {
    const name = await this.#name();
    if (signal.aborted) return;
    const locks = locksOfTabs();
    if (name === undefined || !locks) return this.#lead(signal);
    const channel = new BroadcastChannel(name);
    signal.addEventListener('abort', () => channel.close(), { once: true });
    channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if (data.kind === 'hello') this.#greet(channel, data.from);
      else if (!this.#stream && (data.to ?? this.#id) === this.#id) this.#hear(data);
    });
    post(channel, { kind: 'hello', from: this.#id });
    await locks.request(name, { signal }, () => this.#lead(signal, channel)).catch(ifAborted);
  }

  /** What the tabs that follow this stream for this person have in common; undefined where nothing is shared. */
  async #name(): Promise<string | undefined> {
    const { path, isGuarded, isShared } = this.#options;
    if (!isShared) return undefined;
    // Where a stream begins differs from tab to tab; what it tells does not.
    const name = `firstcome.live ${path.split('?')[0]}`;
    if (!isGuarded) return name;
    // Without a token nobody is told anything, and the stream itself finds out why.
    return currentToken().then(
      ({ token }) => `${name} ${subjectOf(token)}`,
      () => undefined,
    );
  }

  /** Keeps the connection until the end of the stream or of the tab's turn. */
  #lead(signal: AbortSignal, channel?: BroadcastChannel): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const tell = (news: News) => {
        if (channel) post(channel, news);
        this.#hear(news);
      };
      const stream = new LiveStream({
        ...this.#options,
        ...(this.#lastEventId === undefined ? {} : { lastEventId: this.#lastEventId }),
        onEvent: (event) => tell({ kind: 'event', event }),
        onState: (state) => tell({ kind: 'state', state }),
        onProblem: ({ body }) => tell({ kind: 'problem', problem: body }),
      });
      this.#stream = stream;
      const end = () => {
        stream.close();
        this.#stream = undefined;
        resolve();
      };
      // It may have ended while it began.
      if (signal.aborted) end();
      else signal.addEventListener('abort', end, { once: true });
    });
  }

  /** Tells a tab that comes later what the others know; one without a connection lets it try instead. */
  #greet(channel: BroadcastChannel, to: string): void {
    if (!this.#stream) return;
    if (this.#stream.isWaiting) {
      this.#begin();
      return;
    }
    for (const event of this.#told.values()) post(channel, { kind: 'event', event, to });
    post(channel, { kind: 'state', state: this.#state, to });
  }

  #hear(news: News): void {
    if (news.kind === 'problem') {
      this.#options.onProblem?.(new ApiProblem(news.problem));
    } else if (news.kind === 'event') {
      const { event } = news;
      this.#told.set(event.event, event);
      if (event.id !== undefined) this.#lastEventId = event.id;
      this.#options.onEvent(event);
    } else {
      this.#state = news.state;
      this.#options.onState(news.state);
      if (news.state === 'ended') this.close();
    }
  }
}

function post(channel: BroadcastChannel, message: Message): void {
  // A channel reaches nothing but tabs of this origin, and takes no target.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  channel.postMessage(message);
}
