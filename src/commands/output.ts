/** Standard output, or what stands for it. */
export type Output = {
  /** Waits while the reader is slow, so that memory stays bounded. @returns false once the reader is gone */
  write(text: string): Promise<boolean>;
};

/**
 * Someone who reads a few lines and leaves (`| head`) is no failure: the writer just ends. So it does when
 * `signal` aborts, also in the middle of waiting for a reader who reads nothing.
 */
export function createOutput(stream: NodeJS.WritableStream, signal: AbortSignal): Output {
  let isGone = false;
  let wake: (() => void) | undefined;
  const settle = () => {
    wake?.();
    wake = undefined;
  };
  stream.on('drain', settle);
  const leave = () => {
    isGone = true;
    settle();
  };
  stream.on('error', leave);
  signal.addEventListener('abort', leave, { once: true });
  return {
    async write(text) {
      if (isGone) return false;
      if (!stream.write(text)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return !isGone;
    },
  };
}

/** A server outlives anyone who reads what it prints: a closed terminal or pipe must not end it in the middle. */
export function ignoreBrokenOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
