import { useEffect, useEffectEvent, useState } from 'react';
import type { ApiProblem } from '../api/problem.ts';
import type { ServerEvent } from './event-parser.ts';
import { type LiveState, LiveStream } from './live-stream.ts';

export type LiveOptions = {
  /** Nothing is followed while it is undefined; another path is another stream. */
  readonly path: string | undefined;
  readonly isGuarded: boolean;
  /** See `LiveStream`; default no. */
  readonly restsUnseen?: boolean;
  readonly onEvent: (event: ServerEvent) => void;
  readonly onProblem?: (problem: ApiProblem) => void;
};

/** Follows an event stream while the component is shown. @returns how the connection stands */
export function useLive({
  path,
  isGuarded,
  restsUnseen = false,
  onEvent,
  onProblem,
}: LiveOptions): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  const handleEvent = useEffectEvent(onEvent);
  const handleProblem = useEffectEvent((problem: ApiProblem) => onProblem?.(problem));
  useEffect(() => {
    if (path === undefined) return undefined;
    const stream = new LiveStream({
      path,
      isGuarded,
      restsUnseen,
      onEvent: (event) => handleEvent(event),
      onProblem: (problem) => handleProblem(problem),
      onState: setState,
    });
    return () => stream.close();
  }, [path, isGuarded, restsUnseen]);
  return state;
}
