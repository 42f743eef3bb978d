import type { Point } from './layout.ts';

export type GestureHandlers = {
  readonly pan: (dx: number, dy: number) => void;
  readonly zoom: (factor: number, at: Point) => void;
  readonly tap: (at: Point, isTouch: boolean) => void;
  /** Where a mouse points; undefined when it leaves. */
  readonly point: (at: Point | undefined) => void;
};

/** A pointer that moved no further has tapped. */
const TAP_PX = 8;
const WHEEL_STEP = 0.0018;

/**
 * Drags, pinches, wheels and taps on an element (Pointer Events Level 3).
 * @returns stops the listening
 */
export function listenToGestures(element: HTMLElement, handlers: GestureHandlers): () => void {
  const pointers = new Map<number, Point>();
  let start: Point | undefined;
  let hasMoved = false;

  let box = element.getBoundingClientRect();
  const placeOf = (event: MouseEvent): Point => {
    // A page does not move under a finger that is down; asking it for each move costs a layout.
    if (pointers.size === 0) box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  const down = (event: PointerEvent) => {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, placeOf(event));
    if (pointers.size === 1) {
      start = placeOf(event);
      hasMoved = false;
    } else hasMoved = true;
  };

  const move = (event: PointerEvent) => {
    const before = pointers.get(event.pointerId);
    const at = placeOf(event);
    if (!before) {
      if (event.pointerType === 'mouse') handlers.point(at);
      return;
    }
    if (start && Math.hypot(at[0] - start[0], at[1] - start[1]) > TAP_PX) hasMoved = true;
    const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    pointers.set(event.pointerId, at);
    if (other) pinch(handlers, before, at, other);
    else if (hasMoved) handlers.pan(at[0] - before[0], at[1] - before[1]);
  };

  const up = (event: PointerEvent) => {
    const wasDown = pointers.delete(event.pointerId);
    if (wasDown && pointers.size === 0 && !hasMoved)
      handlers.tap(placeOf(event), event.pointerType !== 'mouse');
  };

  const cancel = (event: PointerEvent) => void pointers.delete(event.pointerId);
  const leave = () => handlers.point(undefined);
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    handlers.zoom(Math.exp(-event.deltaY * lines * WHEEL_STEP), placeOf(event));
  };

  const controller = new AbortController();
  const options = { signal: controller.signal };
  element.addEventListener('pointerdown', down, options);
  element.addEventListener('pointermove', move, options);
  element.addEventListener('pointerup', up, options);
  element.addEventListener('pointercancel', cancel, options);
  element.addEventListener('pointerleave', leave, options);
  element.addEventListener('wheel', wheel, { ...options, passive: false });
  return () => controller.abort();
}

/** Two fingers: what lies between them stays between them. */
function pinch(handlers: GestureHandlers, before: Point, at: Point, other: Point): void {
  const middle = (point: Point): Point => [(point[0] + other[0]) / 2, (point[1] + other[1]) / 2];
  const apart = (point: Point): number => Math.max(1, Math.hypot(point[0] - other[0], point[1] - other[1]));
  const [from, to] = [middle(before), middle(at)];
  handlers.pan(to[0] - from[0], to[1] - from[1]);
  handlers.zoom(apart(at) / apart(before), to);
}
