import { useEffect, useEffectEvent, useState } from 'react';
import type { ServerEvent } from './event-parser.ts';
import type { LiveState } from './live-stream.ts';
import { StompLive } from './stomp-live.ts';
import { type LiveOptions, useLive } from './use-live.ts';

export type StompOptions = LiveOptions & {
  /** The same as `path`, over STOMP. */
  readonly destination: string;
};

/** Follows a destination of STOMP while the component is shown, or the event stream where STOMP cannot be had. */
export function useStomp({ destination, path, ...others }: StompOptions): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  const [isUsable, setIsUsable] = useState(true);
  const handleEvent = useEffectEvent((event: ServerEvent) => others.onEvent(event));
  useEffect(() => {
    if (!isUsable) return undefined;
    const live = new StompLive({
      destination,
      onEvent: (event) => handleEvent(event),
      onState: setState,
      onUnusable: () => setIsUsable(false),
    });
    return () => live.close();
  }, [destination, isUsable]);
  const fallback = useLive({ ...others, path: isUsable ? undefined : path });
  return isUsable ? state : fallback;
}
