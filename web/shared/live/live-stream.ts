import { ApiProblem, mayPass } from '../api/problem.ts';
import { send } from '../api/request.ts';
import { currentToken, renewToken } from '../api/session.ts';
import { backoffMs } from './backoff.ts';
import { EventParser, type ServerEvent } from './event-parser.ts';
import { type StreamSlot, takeSlot } from './stream-slots.ts';

/** What a person is told of a connection: it is being made, it lives, it is lost and made again, it is over. */
export type LiveState = 'connecting' | 'live' | 'lost' | 'ended';

export type LiveStreamOptions = {
  readonly path: string;
  /** Whether the stream is for the person alone: then the access token goes with it. */
  readonly isGuarded: boolean;
  /** Where to resume at first; later it is where the last event stood. */
  readonly lastEventId?: string;
  readonly onEvent: (event: ServerEvent) => void;
  readonly onState: (state: LiveState) => void;
  /** Refused for good, such as by 404. */
  readonly onProblem?: (problem: ApiProblem) => void;
  /** Called now and then while other streams of this browser leave no connection for this one. */
  readonly onWaiting?: () => void;
};

/** The server writes every 15 s at least; two of them may be late. */
const SILENT_MS_MAX = 40_000;
/** After a sleep the timers have stood still as well: a stream that was quiet for so long is not believed. */
const DOUBTFUL_AFTER_MS = 18_000;
const WAITING_TOLD_MS = 5_000;

/**
 * Follows an event stream with `fetch`, so that the token stays in a header: comes back by itself after a cut, a sleep
 * of the machine or the end of a token, resumes where it was, and says how it stands.
 */
export class LiveStream {
  readonly #options: LiveStreamOptions;
  #lastEventId: string | undefined;
  #attempt = 0;
  #isClosed = false;
  #isWaiting = false;
  readonly #closing = new AbortController();
  #abort = new AbortController();
  #heardAt = 0;
  #watch: ReturnType<typeof setInterval> | undefined;
  #wake: () => void = () => {};

  constructor(options: LiveStreamOptions) {
    this.#options = options;
    this.#lastEventId = options.lastEventId;
    addEventListener('online', this.#reconsider);
    addEventListener('offline', this.#drop);
    document.addEventListener('visibilitychange', this.#reconsider);
    this.#watch = setInterval(() => {
      if (this.#heardAt > 0 && Date.now() - this.#heardAt > SILENT_MS_MAX) this.#drop();
    }, 5_000);
    void this.#follow();
  }

  /** There is no connection for it. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** Ends it; nothing is told any more. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    removeEventListener('online', this.#reconsider);
    removeEventListener('offline', this.#drop);
    document.removeEventListener('visibilitychange', this.#reconsider);
    clearInterval(this.#watch);
    this.#closing.abort();
    this.#abort.abort();
    this.#wake();
  }

  readonly #drop = (): void => this.#abort.abort();

  /** The machine woke up, or its network came back: do not sit out the pause, do not trust a silent line. */
  readonly #reconsider = (): void => {
    if (document.visibilityState === 'hidden') return;
    if (this.#heardAt > 0 && Date.now() - this.#heardAt > DOUBTFUL_AFTER_MS) this.#drop();
    this.#wake();
  };

  async #follow(): Promise<void> {
    this.#options.onState('connecting');
    while (!this.#isClosed) {
      const slot = await this.#waitForSlot();
      if (!slot) return;
      this.#abort = new AbortController();
      const goesOn = await this.#readOnce().catch((error: unknown) => this.#judge(error));
      slot.release();
      this.#heardAt = 0;
      if (this.#isClosed) return;
      if (!goesOn) {
        this.#options.onState('ended');
        this.close();
        return;
      }
      this.#options.onState('lost');
      await this.#pause(backoffMs(this.#attempt++, Math.random()));
    }
  }

  /** @returns undefined where it was closed meanwhile */
  async #waitForSlot(): Promise<StreamSlot | undefined> {
    const told = setInterval(() => this.#options.onWaiting?.(), WAITING_TOLD_MS);
    this.#isWaiting = true;
    const slot = await takeSlot(document.visibilityState === 'visible', this.#closing.signal);
    this.#isWaiting = false;
    clearInterval(told);
    return slot;
  }

  /** @returns whether to come back */
  async #readOnce(): Promise<boolean> {
    const response = await this.#connect();
    if (response.status === 204 || response.body === null) return false;
    this.#heardAt = Date.now();
    this.#options.onState('live');
    const parser = new EventParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return true;
      this.#heardAt = Date.now();
      this.#attempt = 0;
      for (const event of parser.push(value)) {
        if (this.#isClosed) return false;
        if (event.id !== undefined) this.#lastEventId = event.id;
        // Why nothing more will come is for the page to hear as well.
        this.#options.onEvent(event);
        if (isFarewell(event)) return false;
      }
    }
  }

  async #connect(): Promise<Response> {
    const { path, isGuarded } = this.#options;
    const resume = this.#lastEventId === undefined ? {} : { 'last-event-id': this.#lastEventId };
    const open = (headers: Record<string, string>) =>
      send(path, {
        headers: { accept: 'text/event-stream', ...resume, ...headers },
        cache: 'no-store',
        signal: this.#abort.signal,
      });
    if (!isGuarded) return open({});
    const { token } = await currentToken();
    return open({ authorization: `Bearer ${token}` }).catch(async (error: unknown) => {
      if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
      const renewed = await renewToken(token);
      return open({ authorization: `Bearer ${renewed.token}` });
    });
  }

  #judge(error: unknown): boolean {
    if (!(error instanceof ApiProblem) || mayPass(error)) return true;
    this.#options.onProblem?.(error);
    return false;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** The server says that nothing more will come. */
function isFarewell({ event, data }: ServerEvent): boolean {
  return event === 'closed' && /"reconnect":\s*false/.test(data);
}
