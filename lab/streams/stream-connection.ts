import { connect, type Socket } from 'node:net';
import { encodeRequest, type Target } from '../load/request.ts';
import { EventReader, nameOf, type StreamedEvent } from './event-reader.ts';

export type StreamListener = {
  /** How many events it has seen says where it stands; a stream that resumes goes on with them. */
  event(event: StreamedEvent, id: string, name: string): void;
  /** The server answered with something else than a stream. */
  refused(status: number): void;
};

export type StreamPlace = {
  readonly target: Target;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Where it begins. */
  readonly lastId?: string;
  readonly keepsText: boolean;
};

/**
 * Every stream reads into it: what was read is looked at before anything else is, and to make a buffer for each
 * read would cost more than that.
 */
const READ_BUFFER = Buffer.allocUnsafe(65_536);
/** What a stream waits before it comes back when the server ended it. */
const RETURN_MS = 200;

/** An event stream that comes back with the id of its last event when it breaks off, as a browser does. */
export class StreamConnection {
  readonly #place: StreamPlace;
  readonly #listener: StreamListener;
  #lastId: string | undefined;
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** How often the server ended it, and how often it came back after any end. */
  cutOff = 0;
  resumed = 0;

  constructor(place: StreamPlace, listener: StreamListener) {
    this.#place = place;
    this.#listener = listener;
    this.#lastId = place.lastId;
  }

  /** Settles when the server has begun to answer. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => this.#connect(resolve, reject));
  }

  /** Breaks off, as a lost network would, and comes back. */
  drop(): void {
    this.#socket?.destroy();
    this.#come();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
  }

  #come(): void {
    if (this.#closed) return;
    this.resumed++;
    this.#connect(
      () => undefined,
      () => undefined,
    );
  }

  #connect(onAnswer: () => void, onFailure: (error: Error) => void): void {
    const { target, path, headers, keepsText } = this.#place;
    const reader = new EventReader({
      keepsText,
      onStatus: (status) => {
        if (status !== 200) this.#listener.refused(status);
        onAnswer();
      },
      onEvent: (event) => this.#take(socket, event),
    });
    const read = (length: number): boolean => {
      try {
        reader.push(READ_BUFFER.subarray(0, length));
      } catch (error) {
        socket.destroy(error as Error);
      }
      return true;
    };
    const socket = connect({ ...target, noDelay: true, onread: { buffer: READ_BUFFER, callback: read } });
    this.#socket = socket;
    socket.on('error', onFailure);
    socket.on('close', () => this.#lose(socket));
    const resume = this.#lastId === undefined ? {} : { 'Last-Event-ID': this.#lastId };
    socket.write(encodeRequest(target, { method: 'GET', path, headers: { ...headers, ...resume } }));
  }

  #take(socket: Socket, event: StreamedEvent): void {
    if (socket !== this.#socket) return;
    const { id, event: name } = nameOf(event.head);
    if (id !== '') this.#lastId = id;
    this.#listener.event(event, id, name);
  }

  #lose(socket: Socket): void {
    if (socket !== this.#socket || this.#closed) return;
    this.cutOff++;
    this.#socket = undefined;
    this.#timer = setTimeout(() => this.#come(), RETURN_MS);
  }
}
