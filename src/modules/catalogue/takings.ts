import { type Static, Type } from 'typebox';
import { krw } from '../../kernel/money.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import { csvOf } from '../../platform/http/csv.ts';
import { Id, MoneySchema, SignedMoney, Time } from '../../platform/http/schemas.ts';
import { mayChange } from './actor.ts';
import type { KnownSales } from './known-sales.ts';
import type { CatalogueReader, TakingsRow } from './ports.ts';

const Count = Type.Integer({ minimum: 0 });
const amounts = {
  seatsPaid: Count,
  paid: MoneySchema,
  seatsRefunded: Count,
  refunded: MoneySchema,
  net: { ...SignedMoney, description: 'Paid less refunded; below zero on a day of refunds.' },
};

export const TakingsView = Type.Object(
  {
    concertId: Id,
    total: Type.Object(amounts, { title: 'TakingsTotal' }),
    items: Type.Array(
      Type.Object(
        {
          day: Type.String({ description: 'By the clock of the venue, such as 2027-03-01.' }),
          performanceId: Id,
          startsAt: Time,
          grade: Type.String(),
          ...amounts,
        },
        { title: 'TakingsLine' },
      ),
      { description: 'By day, performance and grade, where something was paid or refunded.' },
    ),
  },
  { title: 'Takings' },
);
export type TakingsView = Static<typeof TakingsView>;

type Sums = { seatsPaid: number; paid: number; seatsRefunded: number; refunded: number };
type Line = Sums & { readonly day: string; readonly performanceId: string; readonly grade: string };

export type TakingsDeps = {
  readonly reader: Pick<CatalogueReader, 'takings'>;
  readonly known: Pick<KnownSales, 'concert' | 'performance'>;
};

/** What was really paid for a concert and what was given back, for its seller and for managers. */
export async function readTakings(
  { reader, known }: TakingsDeps,
  concertId: string,
  principal: Principal,
): Promise<Result<TakingsView, 'concert_not_found'>> {
  const found = await known.concert(concertId);
  if (!found || !mayChange(principal, found.concert.sellerId)) return refuse('concert_not_found');
  const performances = new Map(
    await Promise.all(found.performanceIds.map(async (id) => [id, await known.performance(id)] as const)),
  );
  const gradeOf = ({ performanceId, seatNo }: TakingsRow) =>
    performances.get(performanceId)?.plan.seats.seats[seatNo]?.grade ?? '';
  const lines = [...addUp(await reader.takings(concertId), gradeOf).values()];
  const startOf = (id: string) => performances.get(id)?.performance.startsAt ?? 0;
  const items = lines.map(({ day, performanceId, grade, ...sums }) => {
    const startsAt = new Date(startOf(performanceId)).toISOString();
    return { day, performanceId, startsAt, grade, ...viewOf(sums) };
  });
  return ok({ concertId, total: viewOf(sumOf(lines)), items });
}

function addUp(rows: readonly TakingsRow[], gradeOf: (row: TakingsRow) => string): ReadonlyMap<string, Line> {
  const lines = new Map<string, Line>();
  for (const row of rows) {
    const { day, performanceId, isRefund, seats, amount } = row;
    const grade = gradeOf(row);
    const key = `${day} ${performanceId} ${grade}`;
    const line = lines.get(key) ?? { day, performanceId, grade, ...sumOf([]) };
    lines.set(key, line);
    line[isRefund ? 'seatsRefunded' : 'seatsPaid'] += seats;
    line[isRefund ? 'refunded' : 'paid'] += amount;
  }
  return lines;
}

function sumOf(lines: readonly Sums[]): Sums {
  const sum: Sums = { seatsPaid: 0, paid: 0, seatsRefunded: 0, refunded: 0 };
  for (const name of ['seatsPaid', 'paid', 'seatsRefunded', 'refunded'] as const)
    sum[name] = lines.reduce((total, line) => total + line[name], 0);
  return sum;
}

function viewOf({ seatsPaid, paid, seatsRefunded, refunded }: Sums): TakingsView['total'] {
  return { seatsPaid, paid: krw(paid), seatsRefunded, refunded: krw(refunded), net: krw(paid - refunded) };
}

const HEAD = [
  'day',
  'performance',
  'startsAt',
  'grade',
  'seatsPaid',
  'paid',
  'seatsRefunded',
  'refunded',
  'net',
  'currency',
];

export function takingsCsv({ items }: TakingsView): string {
  const rows = items.map((item) => [
    item.day,
    item.performanceId,
    item.startsAt,
    item.grade,
    item.seatsPaid,
    item.paid.amount,
    item.seatsRefunded,
    item.refunded.amount,
    item.net.amount,
    item.paid.currency,
  ]);
  return csvOf(HEAD, rows);
}
