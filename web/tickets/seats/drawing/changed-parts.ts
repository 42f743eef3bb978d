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
  /** Sections with seats that changed since they were looked at. */
  readonly #touched = new Set<number>();

  constructor(picture: Picture, scale: number, ratio: number) {
    this.#picture = picture;
    this.#view = { scale, x: 0, y: 0 };
    this.#ratio = ratio;
    const { pitch, sections } = picture.layout;
    if (pitch * scale < SEATS_FROM_PX) this.#looks = sections.map((section) => this.#lookOf(section));
  }

  /**
   * What is to be painted again at once: seats, where seats are shown.
   *
   * @returns boxes in whole device pixels from the plan's (0, 0)
   */
  boxesOf(seatNos: readonly number[]): readonly Bounds[] {
    if (!this.#looks) return seatNos.map((no) => this.#seatBox(no));
    for (const no of seatNos) this.#touched.add(sectionNoOf(this.#picture.layout, no));
    return [];
  }

  /** What may come together with the next changes: sections that look different now. A seat less often shows in none. */
  settle(): readonly Bounds[] {
    const boxes: Bounds[] = [];
    for (const sectionNo of this.#touched) {
      const section = this.#picture.layout.sections[sectionNo]!;
      const look = this.#lookOf(section);
      if (look === this.#looks?.[sectionNo]) continue;
      this.#looks?.splice(sectionNo, 1, look);
      boxes.push(this.#toPixels(boxOfSection(section, this.#picture.layout.pitch, this.#view)));
    }
    this.#touched.clear();
    return boxes;
  }

  #seatBox(no: number): Bounds {
    const { layout } = this.#picture;
    const [x, y] = [layout.x[no]!, layout.y[no]!];
    const reach = reachOfSeat(layout.pitch * this.#view.scale);
    return this.#toPixels(boxOf(this.#view, { left: x, top: y, right: x, bottom: y }, reach));
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
