import { SEATS_FROM_PX } from './drawing/detail.ts';
import { MapPainter } from './drawing/map-painter.ts';
import type { PersonalMarks } from './drawing/paint-marks.ts';
import type { Look } from './drawing/picture.ts';
import { seatAt, sectionAt } from './hit-test.ts';
import type { LayoutSection, Point, SeatLayout } from './layout.ts';
import { listenCalmly } from './listen-calmly.ts';
import { listenToGestures } from './map-gestures.ts';
import type { SeatState } from './seat-state.ts';
import { fit, limitsOf, panBy, type Size, toPlan, type View, zoomAt } from './view-transform.ts';
import { watchPixels } from './watch-pixels.ts';

export type MapCanvasOptions = {
  readonly canvas: HTMLCanvasElement;
  readonly layout: SeatLayout;
  readonly state: SeatState;
  readonly onSeat: (seatNo: number) => void;
  readonly onPoint: (seatNo: number | undefined, at: Point) => void;
};

const GLIDE_MS = 260;
/** A finger covers this much around where it is taken to be; a mouse is finer. */
const REACH_PX = { touch: 22, mouse: 9 };
/** Too small to be chosen by a finger, or by a mouse: then a tap comes closer instead. */
const CHOOSE_FROM_PX = { touch: 15, mouse: 7 };
const CLOSER = 2.4;
/** How often sections show what became of their seats. */
const SUM_UP_EVERY_MS = 400;
const PAN_STEP_PX = 80;
const ZOOM_STEP = 1.5;

/** The map on its canvas: what is shown of it, and what hands do to it. It is drawn at most once a frame. */
export class MapCanvas {
  readonly #options: MapCanvasOptions;
  readonly #stops: (() => void)[];
  readonly #painter: MapPainter;
  #marks: PersonalMarks = { chosen: [], own: [] };
  #size: Size = { width: 1, height: 1 };
  #view: View = { scale: 1, x: 0, y: 0 };
  #frame = 0;
  #pointedAt: number | undefined;
  #glide = 0;
  #hasSize = false;

  constructor(options: MapCanvasOptions) {
    this.#options = options;
    const { canvas, layout, state } = options;
    this.#painter = new MapPainter(canvas, layout, state);
    this.#stops = [
      watchPixels(canvas, (size, pixels) => this.#resize(size, pixels)),
      state.listen((changed) => this.#painter.mark(changed) && this.#draw()),
      listenCalmly(state, SUM_UP_EVERY_MS, () => this.#painter.settle() && this.#draw()),
      listenToGestures(canvas, {
        pan: (dx, dy) => this.#show(panBy(this.#view, dx, dy, this.#limits)),
        zoom: (factor, at) => this.#show(zoomAt(this.#view, factor, at, this.#limits)),
        tap: (at, isTouch) => this.#tap(at, isTouch),
        point: (at) => this.#point(at),
      }),
    ];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    cancelAnimationFrame(this.#frame);
    cancelAnimationFrame(this.#glide);
  }

  setLook(look: Look): void {
    this.#painter.setLook(look);
    this.#draw();
  }

  setMarks(marks: PersonalMarks): void {
    this.#marks = marks;
    this.#draw();
  }

  zoom(direction: 1 | -1): void {
    const middle: Point = [this.#size.width / 2, this.#size.height / 2];
    this.#glideTo(zoomAt(this.#view, direction === 1 ? ZOOM_STEP : 1 / ZOOM_STEP, middle, this.#limits));
  }

  fitAll(): void {
    this.#glideTo(fit(this.#options.layout.bounds, this.#size));
  }

  pan(right: number, down: number): void {
    this.#show(panBy(this.#view, -right * PAN_STEP_PX, -down * PAN_STEP_PX, this.#limits));
  }

  showSection(section: LayoutSection): void {
    this.#glideTo(fit(section.bounds, this.#size, this.#limits.scaleMax));
  }

  /** Brings a seat to the middle, near enough to be chosen. */
  showSeat(seatNo: number): void {
    const { layout } = this.#options;
    const scale = Math.max(this.#view.scale, 32 / layout.pitch);
    const [x, y] = [layout.x[seatNo]!, layout.y[seatNo]!];
    this.#glideTo({ scale, x: this.#size.width / 2 - x * scale, y: this.#size.height / 2 - y * scale });
  }

  get #limits() {
    const { layout } = this.#options;
    return limitsOf(layout.bounds, this.#size, layout.pitch);
  }

  #resize(size: Size, pixels: Size): void {
    const { layout } = this.#options;
    const { width, height } = size;
    const middle = toPlan(this.#view, [this.#size.width / 2, this.#size.height / 2]);
    this.#painter.resize(pixels, pixels.width / width);
    this.#size = size;
    const whole = fit(layout.bounds, this.#size);
    const scale = Math.max(whole.scale, this.#view.scale);
    // The first size shows everything; a turned phone keeps what was in the middle.
    this.#view = this.#hasSize
      ? { scale, x: width / 2 - middle[0] * scale, y: height / 2 - middle[1] * scale }
      : whole;
    this.#hasSize = true;
    this.#paint();
  }

  #show(view: View): void {
    cancelAnimationFrame(this.#glide);
    this.#view = view;
    this.#draw();
  }

  #glideTo(target: View): void {
    cancelAnimationFrame(this.#glide);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return this.#show(target);
    const [from, startedAt] = [this.#view, performance.now()];
    const step = (now: number) => {
      const progress = Math.min(1, (now - startedAt) / GLIDE_MS);
      const eased = 1 - (1 - progress) ** 3;
      const between = (a: number, b: number) => a + (b - a) * eased;
      this.#view = {
        scale: between(from.scale, target.scale),
        x: between(from.x, target.x),
        y: between(from.y, target.y),
      };
      this.#draw();
      if (progress < 1) this.#glide = requestAnimationFrame(step);
    };
    this.#glide = requestAnimationFrame(step);
  }

  #tap(at: Point, isTouch: boolean): void {
    const { layout, onSeat } = this.#options;
    const kind = isTouch ? 'touch' : 'mouse';
    const pitchPx = layout.pitch * this.#view.scale;
    const place = toPlan(this.#view, at);
    if (pitchPx >= CHOOSE_FROM_PX[kind] || pitchPx >= layout.pitch * this.#limits.scaleMax * 0.99) {
      const seatNo = seatAt(layout, place, Math.max(REACH_PX[kind] / this.#view.scale, layout.pitch / 2));
      if (seatNo !== undefined) onSeat(seatNo);
      return;
    }
    const section = pitchPx < SEATS_FROM_PX ? sectionAt(layout, place) : undefined;
    if (section) this.showSection(section);
    else this.#glideTo(zoomAt(this.#view, CLOSER, at, this.#limits));
  }

  #point(at: Point | undefined): void {
    const { layout, onPoint } = this.#options;
    const isNear = layout.pitch * this.#view.scale >= CHOOSE_FROM_PX.mouse;
    const seatNo =
      at && isNear ? seatAt(layout, toPlan(this.#view, at), REACH_PX.mouse / this.#view.scale) : undefined;
    if (seatNo === this.#pointedAt) return;
    this.#pointedAt = seatNo;
    onPoint(seatNo, at ?? [0, 0]);
    this.#draw();
  }

  #draw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #paint(): void {
    if (!this.#hasSize) return;
    const isUnfinished = this.#painter.paint(this.#view, {
      ...this.#marks,
      pointedAt: this.#pointedAt,
    });
    if (isUnfinished) this.#draw();
  }
}
