import { freeSeats } from '../../../traffic/fan.ts';
import type { Answer, SeatMap } from '../../../traffic/requests.ts';
import type { Clock } from '../../kernel/clock.ts';
import { onceAtATime } from '../../kernel/once-at-a-time.ts';
import type { Random } from '../../kernel/random.ts';
import type { SalesTerms } from '../../modules/catalogue/index.ts';

export type SeatPictureOptions = {
  readonly terms: SalesTerms;
  readonly clock: Clock;
  readonly random: Random;
  readonly read: () => Promise<Answer<SeatMap>>;
};

/** How old the picture may be that people choose from: about what a page knows under load. */
const AGE_MS_MAX = 500;
/** Front seats go first, as they do. */
const FRONT_BIAS = 2;

/** The seats as a crowd sees them: one look for all, as old as that of somebody with a slow phone. */
export class SeatPicture {
  readonly #options: SeatPictureOptions;
  #free: readonly number[] = [];
  #readAt = -Infinity;
  readonly #read = onceAtATime(() => this.#readNow());

  constructor(options: SeatPictureOptions) {
    this.#options = options;
  }

  /** Free seats side by side that somebody would like; none where none is free. */
  async choose(count: number): Promise<readonly number[]> {
    const { clock, random, terms } = this.#options;
    if (clock.now() - this.#readAt > AGE_MS_MAX) await this.#read();
    const first = Math.floor(random.float() ** FRONT_BIAS * this.#free.length);
    const chosen = this.#free.slice(first, first + 1);
    for (const seatNo of this.#free.slice(first + 1, first + count)) {
      const [before, seat] = [terms.seatAt(chosen.at(-1) ?? seatNo), terms.seatAt(seatNo)];
      if (before.section === seat.section && before.row === seat.row) chosen.push(seatNo);
    }
    return chosen;
  }

  async #readNow(): Promise<void> {
    this.#free = freeSeats(await this.#options.read());
    this.#readAt = this.#options.clock.now();
  }
}
