import { useEffect, useEffectEvent, useState } from 'react';
import type { ApiProblem } from '../api/problem.ts';
import type { ServerEvent } from './event-parser.ts';
import type { LiveState } from './live-stream.ts';
import { SharedStream } from './shared-stream.ts';

export type LiveOptions = {
  /** Nothing is followed while it is undefined; another path is another stream. */
  readonly path: string | undefined;
  readonly isGuarded: boolean;
  /** See `SharedStream`; default no. */
  readonly listensUnseen?: boolean;
  /** See `SharedStream`; default yes. */
  readonly isShared?: boolean;
  readonly onEvent: (event: ServerEvent) => void;
  readonly onProblem?: (problem: ApiProblem) => void;
  /** Called now and then while there is no connection for it: ask in another way. */
  readonly onWaiting?: () => void;
};

/** Follows an event stream while the component is shown. @returns how the connection stands */
export function useLive({
  path,
  isGuarded,
  listensUnseen = false,
  isShared = true,
  onEvent,
  onProblem,
  onWaiting,
}: LiveOptions): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  const handleEvent = useEffectEvent(onEvent);
  const handleProblem = useEffectEvent((problem: ApiProblem) => onProblem?.(problem));
  const handleWaiting = useEffectEvent(() => onWaiting?.());
  useEffect(() => {
    if (path === undefined) return undefined;
    const stream = new SharedStream({
      path,
      isGuarded,
      listensUnseen,
      isShared,
      onEvent: (event) => handleEvent(event),
      onProblem: (problem) => handleProblem(problem),
      onWaiting: () => handleWaiting(),
      onState: setState,
    });
    return () => stream.close();
  }, [path, isGuarded, listensUnseen, isShared]);
  return state;
}
