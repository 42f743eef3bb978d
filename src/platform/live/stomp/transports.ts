import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Clock } from '../../../kernel/clock.ts';
import type { Transport } from '../outbox.ts';
import { joinForTcp, wrapForWebSocket } from './websocket-frames.ts';

/** A connection that is also read from. */
export type Connection = Transport & {
  /** No bytes are read until {@link resume}. */
  pause(): void;
  resume(): void;
};

/** How long a client has to read the last frame and close its side. */
const LINGER_MS = 5_000;
const CLOSE_NORMAL = 1_000;
const CLOSE_POLICY = 1_008;

/** STOMP over TCP: frames as they are. */
export function tcpTransport(socket: Socket, clock: Clock): Connection {
  return {
    write: (frames, done) => void socket.write(joinForTcp(frames), done),
    get unsentBytes() {
      return socket.writableLength;
    },
    onDrain: (run) => void socket.on('drain', run),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end() {
      // Its own half is closed after what was written; the client may still be sending, which nobody reads.
      socket.end();
      socket.resume();
      const cancel = clock.after(LINGER_MS, () => socket.destroy(), { unref: true });
      socket.once('close', cancel);
    },
  };
}

/**
 * STOMP over WebSocket. `ws` has shaken hands and reads; frames are written past it, since one buffer for all that goes
 * out in a tick makes an order of magnitude more deliveries than a call for each. It writes its own control frames whole,
 * so that the two never mix within a frame.
 */
export function webSocketTransport(webSocket: WebSocket, socket: Socket, clock: Clock): Connection {
  return {
    write(frames, done) {
      if (webSocket.readyState === webSocket.OPEN) socket.write(wrapForWebSocket(frames), done);
      else done(new Error('the connection is closing'));
    },
    get unsentBytes() {
      return socket.writableLength;
    },
    onDrain: (run) => void socket.on('drain', run),
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
    end(reason) {
      webSocket.resume();
      webSocket.close(reason === 'disconnected' ? CLOSE_NORMAL : CLOSE_POLICY, reason);
      const cancel = clock.after(LINGER_MS, () => webSocket.terminate(), { unref: true });
      webSocket.once('close', cancel);
    },
  };
}
