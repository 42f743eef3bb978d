/**
 * For processes that the lab starts: the parent decides when they end, and they end with it. Ctrl-C, and what
 * ends a group as `timeout` and service managers do, reach all of a group; the parent still has to hear what
 * was measured.
 */
export function letParentDecide(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit(0));
}
