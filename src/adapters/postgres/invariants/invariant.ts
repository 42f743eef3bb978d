import type { Queryable } from '../database.ts';

/** What one check found; `detail` names the first breaches. */
export type InvariantResult = { readonly ok: boolean; readonly checked: number; readonly detail: string };

/**
 * Something that must hold in every committed state of the database. Statuses stand in the queries as the schema
 * has them (reservations/schema.sql), not by the names that the adapters use: a check must not be wrong
 * together with what it checks.
 */
export type Invariant = { readonly name: string; run(query: Queryable): Promise<InvariantResult> };

/** One line of the report of `cli -- check`; `checked` counts the things that were looked at. */
export type CheckedInvariant = InvariantResult & { readonly name: string };

const SHOWN_MAX = 5;

/**
 * An invariant as two queries: how many things there are to check, and one row of one text for each breach.
 */
export function countedBreaches(queries: {
  readonly name: string;
  readonly checked: string;
  readonly breaches: string;
}): Invariant {
  return {
    name: queries.name,
    async run(query) {
      const [count] = await query.query<{ checked: number }>(
        `select (${queries.checked})::bigint as checked`,
      );
      const rows = await query.query<{ breach: string }>(
        `select b.breach from (${queries.breaches}) as b(breach) limit ${SHOWN_MAX + 1}`,
      );
      return {
        ok: rows.length === 0,
        checked: count?.checked ?? 0,
        detail: describe(rows.map((row) => row.breach)),
      };
    },
  };
}

function describe(breaches: readonly string[]): string {
  if (breaches.length === 0) return 'no breach';
  const shown = breaches.slice(0, SHOWN_MAX).join('; ');
  return breaches.length > SHOWN_MAX ? `${shown}; and more` : shown;
}
