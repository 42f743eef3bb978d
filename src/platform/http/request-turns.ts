import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { atEndOfTurn } from '../../kernel/clock.ts';

declare module 'node:net' {
  interface Socket {
    requestTurns?: RequestTurns;
  }
}

/** Requests of a connection that may wait before it is no longer read; what was read already still comes. */
const WAITING_MAX = 16;

/**
 * Handles the requests of a connection one after the other. Answers leave in the order of the requests anyway, and
 * writes of one connection must not overtake each other (RFC 9112, section 9.3.2), so that a client that sends a
 * thousand at once gains nothing by it and takes no more room than one that waits for its answers.
 */
export function inTurns(handle: RequestListener): RequestListener {
  return (request, response) => {
    const turns = (request.socket.requestTurns ??= new RequestTurns(request.socket, handle));
    turns.take(request, response);
  };
}

class RequestTurns {
  readonly #socket: Socket;
  readonly #handle: RequestListener;
  #waiting: (readonly [IncomingMessage, ServerResponse])[] = [];
  #isBusy = false;
  #isHeld = false;

  constructor(socket: Socket, handle: RequestListener) {
    this.#socket = socket;
    this.#handle = handle;
    socket.once('close', () => {
      this.#waiting = [];
    });
    // A request under way resumes the socket to read its body, which has long arrived when others wait behind it.
    socket.on('resume', () => {
      if (this.#isHeld) socket.pause();
    });
  }

  take(request: IncomingMessage, response: ServerResponse): void {
    if (!this.#isBusy) {
      this.#begin(request, response);
      return;
    }
    this.#waiting.push([request, response]);
    if (this.#isHeld || this.#waiting.length < WAITING_MAX) return;
    this.#isHeld = true;
    this.#socket.pause();
  }

  next(): void {
    const turn = this.#waiting.shift();
    if (this.#isHeld && this.#waiting.length === 0) {
      this.#isHeld = false;
      this.#socket.resume();
    }
    this.#isBusy = turn !== undefined;
    // After the other connections: answers that need no waiting would follow each other without a look at anybody else.
    if (turn) atEndOfTurn(() => this.#begin(...turn));
  }

  #begin(request: IncomingMessage, response: ServerResponse): void {
    this.#isBusy = true;
    // The client may have gone while this one waited.
    if (this.#socket.destroyed) return;
    response.on('close', endTurn);
    this.#handle(request, response);
  }
}

/** One function for all responses. */
function endTurn(this: ServerResponse): void {
  this.req.socket.requestTurns?.next();
}
