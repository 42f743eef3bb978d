import { runSystemCommand } from '../../traffic/system-process.ts';
import type { System } from './system.ts';

export type Invariant = {
  readonly name: string;
  readonly ok: boolean;
  readonly checked: number;
  readonly detail: string;
};

/** What the database says of itself. */
export class Truth {
  readonly invariants: readonly Invariant[];

  constructor(invariants: readonly Invariant[]) {
    this.invariants = invariants;
  }

  get ok(): boolean {
    return this.invariants.every((invariant) => invariant.ok);
  }

  /** Seats that somebody holds or has bought, over all performances: each row of them was looked at. */
  get seatsOwned(): number {
    return this.#checkedBy('reservations_own_their_seats');
  }

  /** Reservations that were paid and not cancelled. */
  get sales(): number {
    return this.#checkedBy('confirmed_reservations_are_paid_once');
  }

  /** Everybody who ever joined a line and was given a number. */
  get numbersGiven(): number {
    return this.#checkedBy('line_numbers_without_gap_or_duplicate');
  }

  #checkedBy(name: string): number {
    const invariant = this.invariants.find((its) => its.name === name);
    if (!invariant) throw new Error(`the system's check has no invariant ${name}`);
    return invariant.checked;
  }
}

/** Runs every invariant of the system on its database. @throws Error when that could not be done */
export async function askTruth(system: System): Promise<Truth> {
  const { stdout, stderr, code } = await runSystemCommand(['check'], { environment: system.environment });
  if (!stdout.startsWith('{')) throw new Error(`the check ended with ${code}: ${stderr}`);
  return new Truth((JSON.parse(stdout) as { invariants: readonly Invariant[] }).invariants);
}
