import { Socket } from 'node:net';
import { Fault } from '../kernel/faults.ts';

export type StopWatch = {
  /** Aborts with the first wish to stop; its reason is a Fault `stopped`. */
  readonly signal: AbortSignal;
  /** Resolves with the first wish to stop, in words. */
  readonly reason: Promise<string>;
  /** Gives the signals back their default effect. */
  release(): void;
};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Names the descriptor of a stream that ends with the launcher (scripts/run-child.mjs). */
const PARENT_DESCRIPTOR = 'FIRSTCOME_PARENT_FD';

/**
 * Waits for a signal, or for the end of the launcher, which also comes when that is killed: `npm start` leaves
 * no server behind. Ctrl-C may arrive several times (from the terminal, from npm, from the launcher), so a
 * second wish changes nothing; stopping has its own deadlines.
 */
export function untilToldToStop(): StopWatch {
  const told = Promise.withResolvers<string>();
  const controller = new AbortController();
  const stop = (reason: string) => {
    if (controller.signal.aborted) return;
    controller.abort(new Fault('stopped', `Stopped before it was done: ${reason}.`));
    told.resolve(reason);
  };
  const listeners = SIGNALS.map((name) => ({ name, listener: () => stop(`told by ${name}`) }));
  for (const { name, listener } of listeners) process.on(name, listener);
  const leaveParent = watchParent(() => stop('the launcher has ended'));
  return {
    signal: controller.signal,
    reason: told.promise,
    release() {
      leaveParent();
      for (const { name, listener } of listeners) process.off(name, listener);
    },
  };
}

function watchParent(onEnd: () => void): () => void {
  const descriptor = Number(process.env[PARENT_DESCRIPTOR] ?? 'none');
  if (!Number.isInteger(descriptor)) return () => undefined;
  let stream: Socket;
  try {
    stream = new Socket({ fd: descriptor, readable: true, writable: false });
  } catch {
    // The variable was handed on by something that closed the descriptor: there is no launcher to watch.
    return () => undefined;
  }
  // An error ends the stream too: a launcher that was killed may have left unread data.
  stream.on('error', () => undefined);
  stream.on('close', onEnd);
  stream.resume();
  stream.unref();
  return () => {
    stream.off('close', onEnd);
    stream.destroy();
  };
}
