import type { Cancel, Clock } from '../../../kernel/clock.ts';

/** A client hears so long before its token ends that it needs another one. */
const NOTICE_MS = 60_000;

type Hooks = {
  readonly onNotice: (notice: { readonly type: 'token_expiring'; readonly expiresAt: string }) => void;
  readonly onEnd: () => void;
};

/** Waits for the end of a token at `expiresAt`, epoch ms, and gives notice of it. */
export function watchExpiry(clock: Clock, expiresAt: number, { onNotice, onEnd }: Hooks): Cancel {
  const notice = (): void => {
    onNotice({ type: 'token_expiring', expiresAt: new Date(expiresAt).toISOString() });
    cancel = clock.after(expiresAt - clock.now(), onEnd, { unref: true });
  };
  let cancel = clock.after(Math.max(0, expiresAt - clock.now() - NOTICE_MS), notice, { unref: true });
  return () => cancel();
}
