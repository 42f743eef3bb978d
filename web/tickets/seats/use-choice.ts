import { useCallback, useEffect, useState } from 'react';
import type { SeatState } from './seat-state.ts';

export type Choice = {
  /** Seats that may be chosen at most. */
  readonly limit: number;
  /** Seat numbers, in the order in which they were chosen. */
  readonly chosen: readonly number[];
  /** Those that somebody else took while they were chosen here. */
  readonly lost: readonly number[];
  /** The last attempt to choose went beyond what one person may have. */
  readonly isFull: boolean;
  toggle(seatNo: number): void;
  /** Chooses these as well, as far as there is room. */
  add(seatNos: readonly number[]): void;
  /** These turned out to be taken. */
  lose(seatNos: readonly number[]): void;
  forgetLost(): void;
};

/**
 * What the person has chosen. A seat that is taken by another meanwhile leaves the choice at once and is named.
 *
 * @param isOwn while seats are being held here, what becomes held may be one's own
 */
export function useChoice(state: SeatState, limit: number, isOwn: boolean): Choice {
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const [lost, setLost] = useState<readonly number[]>([]);
  const [isFull, setFull] = useState(false);

  const lose = useCallback((seatNos: readonly number[]): void => {
    setChosen((before) => before.filter((no) => !seatNos.includes(no)));
    setLost((before) => [...new Set([...before, ...seatNos])]);
    setFull(false);
  }, []);

  useEffect(() => {
    const look = () => {
      if (isOwn) return;
      const gone = chosen.filter((no) => !state.isFree(no));
      if (gone.length > 0) lose(gone);
    };
    look();
    return state.listen(look);
  }, [state, chosen, isOwn, lose]);

  const add = (seatNos: readonly number[]): void => {
    const fresh = seatNos.filter((no) => state.isFree(no) && !chosen.includes(no));
    const next = [...chosen, ...fresh].slice(0, limit);
    setFull(next.length < chosen.length + fresh.length);
    setChosen(next);
    setLost([]);
  };

  return {
    limit,
    chosen,
    lost,
    isFull,
    add,
    lose,
    toggle(seatNo) {
      if (!chosen.includes(seatNo)) return add([seatNo]);
      setChosen(chosen.filter((no) => no !== seatNo));
      setFull(false);
    },
    forgetLost: () => setLost([]),
  };
}
