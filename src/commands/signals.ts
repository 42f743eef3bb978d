export type StopWatch = {
  /** Aborts with the first wish to stop. */
  readonly signal: AbortSignal;
  /** Resolves with the reason in words. */
  readonly reason: Promise<string>;
  /** Gives the signals back their default effect. */
  release(): void;
};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Waits for a signal, or for the end of the launcher: `npm start` keeps a pipe to this process open and
 * names it in FIRSTCOME_PARENT_FD, so that a killed launcher does not leave a server behind.
 * A second signal while stopping changes nothing; stopping has its own deadlines.
 */
export function untilToldToStop(): StopWatch {
  const told = Promise.withResolvers<string>();
  const controller = new AbortController();
  const stop = (reason: string) => {
    controller.abort(reason);
    told.resolve(reason);
  };
  const listeners = SIGNALS.map((name) => ({ name, listener: () => stop(`told by ${name}`) }));
  for (const { name, listener } of listeners) process.on(name, listener);
  return {
    signal: controller.signal,
    reason: told.promise,
    release() {
      for (const { name, listener } of listeners) process.off(name, listener);
    },
  };
}
