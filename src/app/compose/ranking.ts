import { createRankingStore } from '../../adapters/postgres/ranking/ranking-store.ts';
import { createRanking, type Ranking } from '../../modules/ranking/index.ts';
import type { Seating } from '../../modules/seating/index.ts';
import type { Foundation } from '../foundation.ts';

export function composeRanking(base: Foundation, seating: Pick<Seating, 'free'>): Ranking {
  return createRanking({
    ...base,
    remaining: { of: (performances) => seating.free(performances) },
    store: createRankingStore(base.database),
  });
}
