import type { Database, Queryable } from '../../../src/adapters/postgres/database.ts';
import { eventInvariants } from '../../../src/adapters/postgres/invariants/events.ts';
import type { Invariant } from '../../../src/adapters/postgres/invariants/invariant.ts';
import { moneyInvariants } from '../../../src/adapters/postgres/invariants/money.ts';
import { seatInvariants } from '../../../src/adapters/postgres/invariants/seats.ts';
import { breachesOf } from './test-app.ts';

class RolledBack extends Error {}

/** Breaks a database on purpose, asks the invariants, and takes it back: guards may be dropped as well. */
export class PlantedBreaches {
  readonly #database: Database;
  readonly #seen = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** What the invariants find after these statements, and what else is done in their transaction. */
  async by(...steps: readonly (string | ((tx: Queryable) => Promise<unknown>))[]): Promise<string[]> {
    let found: string[] = [];
    const planting = this.#database.transaction(async (tx) => {
      for (const step of steps) await (typeof step === 'string' ? tx.query(step) : step(tx));
      found = await breachesOf(tx);
      throw new RolledBack();
    });
    await planting.catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error;
    });
    return found;
  }

  /** What was found wrong by the invariant of this name. @throws when nothing was */
  detailOf(breaches: readonly string[], name: string): string {
    const found = breaches.find((breach) => breach.startsWith(`${name}: `));
    if (found === undefined) throw new Error(`${name} found nothing; found: ${breaches.join(' | ')}`);
    this.#seen.add(name);
    return found.slice(name.length + 2);
  }

  /** Those of these invariants that were never seen to find anything. */
  unseen(invariants: readonly Invariant[]): string[] {
    return invariants.map(({ name }) => name).filter((name) => !this.#seen.has(name));
  }

  /** Every invariant with the number of things that it looked at. */
  async report(): Promise<{ readonly name: string; readonly checked: number }[]> {
    const report: { name: string; checked: number }[] = [];
    for (const { name, run } of [...seatInvariants, ...moneyInvariants, ...eventInvariants]) {
      report.push({ name, checked: (await run(this.#database)).checked });
    }
    return report;
  }
}
