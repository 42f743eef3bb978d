import { type Bounds, type LayoutSection, sectionNoOf } from '../layout.ts';
import type { View } from '../view-transform.ts';
import { SEATS_FROM_PX } from './detail.ts';
import { reachOfSeat } from './paint-part.ts';
import { boxOfSection } from './paint-sections.ts';
import { boxOf, type Picture } from './picture.ts';
import { keyOfLook, lookOfSection } from './section-look.ts';

/** Which parts of the plan at a scale look different because seats changed. */
export class ChangedParts {
  readonly #picture: Picture;
  readonly #view: View;
  readonly #ratio: number;
  /** How each section looks, where sections are shown as a whole. */
  readonly #looks: string[] | undefined;

  constructor(picture: Picture, scale: number, ratio: number) {
    this.#picture = picture;
    this.#view = { scale, x: 0, y: 0 };
    this.#ratio = ratio;
    const { pitch, sections } = picture.layout;
    if (pitch * scale < SEATS_FROM_PX) this.#looks = sections.map((section) => this.#lookOf(section));
  }

  /** @returns boxes in whole device pixels from the plan's (0, 0) */
  boxesOf(seatNos: readonly number[]): readonly Bounds[] {
    return this.#looks ? this.#sectionBoxes(this.#looks, seatNos) : seatNos.map((no) => this.#seatBox(no));
  }

  #seatBox(no: number): Bounds {
    const { layout } = this.#picture;
    const [x, y] = [layout.x[no]!, layout.y[no]!];
    const reach = reachOfSeat(layout.pitch * this.#view.scale);
    return this.#toPixels(boxOf(this.#view, { left: x, top: y, right: x, bottom: y }, reach));
  }

  /** Only sections that look different now: a seat more or less often shows in none. */
  #sectionBoxes(looks: string[], seatNos: readonly number[]): readonly Bounds[] {
    const { layout } = this.#picture;
    const boxes: Bounds[] = [];
    for (const sectionNo of new Set(seatNos.map((no) => sectionNoOf(layout, no)))) {
      const section = layout.sections[sectionNo]!;
      const look = this.#lookOf(section);
      if (look === looks[sectionNo]) continue;
      looks[sectionNo] = look;
      boxes.push(this.#toPixels(boxOfSection(section, layout.pitch, this.#view)));
    }
    return boxes;
  }

  #lookOf(section: LayoutSection): string {
    const { state, sectionLabel } = this.#picture;
    return keyOfLook(lookOfSection(section, state, this.#view.scale, sectionLabel));
  }

  #toPixels({ left, top, right, bottom }: Bounds): Bounds {
    return {
      left: Math.floor(left * this.#ratio),
      top: Math.floor(top * this.#ratio),
      right: Math.ceil(right * this.#ratio),
      bottom: Math.ceil(bottom * this.#ratio),
    };
  }
}
