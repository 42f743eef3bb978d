import { createServer, type Socket } from 'node:net';
import { createLifecycle, type Lifecycle } from '../../../kernel/lifecycle.ts';

export type TcpListener = Lifecycle & {
  /** @throws Error before it listens */
  port(): number;
};

/**
 * STOMP over TCP between start and stop. `onError` hears of a port that cannot be had: it throws where that must keep
 * the process from starting, else it goes on without.
 */
export function listenTcp(
  place: { readonly host: string; readonly port: number },
  open: (socket: Socket) => void,
  onError: (error: Error) => void,
): TcpListener {
  const server = createServer(open);
  const lifecycle = createLifecycle('stomp-tcp', {
    start: () =>
      new Promise<void>((resolve, reject) => {
        server.once('error', (error) => {
          try {
            onError(error);
            resolve();
          } catch (refusal) {
            reject(refusal);
          }
        });
        server.listen(place.port, place.host, resolve);
      }),
    stop: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  });
  return {
    ...lifecycle,
    port() {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('STOMP over TCP does not listen');
      return address.port;
    },
  };
}
