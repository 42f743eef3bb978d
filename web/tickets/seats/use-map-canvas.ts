import { type RefObject, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Performance } from '../concerts/performance-parts.tsx';
import { useSeatText } from '../messages/seats.ts';
import { readPalette } from './drawing/palette.ts';
import type { Point } from './layout.ts';
import { MapCanvas } from './map-canvas.ts';
import type { SeatMapData } from './use-seat-map.ts';

export type SeatMapProps = {
  readonly map: SeatMapData;
  readonly performance: Performance;
  readonly chosen: readonly number[];
  /** Seats that the person has already. */
  readonly own: readonly number[];
  readonly onSeat: (seatNo: number) => void;
  /** Brought to the middle whenever it changes. */
  readonly shown: number | undefined;
};

export type Pointed = { readonly seatNo: number; readonly at: Point };

type Mounted = {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly controller: RefObject<MapCanvas | undefined>;
  /** The seat under the mouse. */
  readonly pointed: Pointed | undefined;
};

/** Puts the map on a canvas and keeps its look up to date with choice, language and colours. */
export function useMapCanvas({ map, performance, chosen, own, onSeat, shown }: SeatMapProps): Mounted {
  const text = useSeatText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const controller = useRef<MapCanvas>(undefined);
  const [pointed, setPointed] = useState<Pointed>();
  const choose = useEffectEvent(onSeat);
  const ownMarks = useEffectEvent(() => ({ chosen, own }));
  const { layout, state } = map;

  useEffect(() => {
    if (!canvas.current) return undefined;
    const created = new MapCanvas({
      canvas: canvas.current,
      layout,
      state,
      onSeat: (seatNo) => choose(seatNo),
      onPoint: (seatNo, at) => setPointed(seatNo === undefined ? undefined : { seatNo, at }),
    });
    controller.current = created;
    created.setMarks(ownMarks());
    return () => created.stop();
  }, [layout, state]);

  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const look = () => {
      if (!canvas.current) return;
      const palette = readPalette(canvas.current, layout.grades, Object.keys(performance.prices));
      controller.current?.setLook({
        palette,
        stageName: text('stage'),
        sectionLabel: (section, free) => [section.id, text('sectionCount', { count: free })],
      });
    };
    look();
    dark.addEventListener('change', look);
    return () => dark.removeEventListener('change', look);
  }, [layout, performance.prices, text]);

  useEffect(() => controller.current?.setMarks({ chosen, own }), [chosen, own]);

  useEffect(() => {
    if (shown !== undefined) controller.current?.showSeat(shown);
  }, [shown]);

  return { canvas, controller, pointed };
}
