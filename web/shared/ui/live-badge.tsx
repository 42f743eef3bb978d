import type { LiveState } from '../live/live-stream.ts';
import { useSharedText } from '../messages/shared.ts';

const TEXTS = { connecting: 'liveConnecting', live: 'liveOn', lost: 'liveLost', ended: 'liveEnded' } as const;
const TONES = { connecting: '', live: 'badge-good', lost: 'badge-warn', ended: '' } as const;

/** How the connection stands. Its loss is said to those who listen. */
export function LiveBadge({ state }: { readonly state: LiveState }) {
  const text = useSharedText();
  return (
    <span className={`badge live-badge ${TONES[state]}`} role="status" data-state={state}>
      <i className="live-dot" aria-hidden="true" />
      {text(TEXTS[state])}
    </span>
  );
}
