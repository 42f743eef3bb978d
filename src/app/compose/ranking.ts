import { createMemoryReadCache } from '../../adapters/memory/read-cache.ts';
import { createRankingStore } from '../../adapters/postgres/ranking/ranking-store.ts';
import type { Catalogue } from '../../modules/catalogue/index.ts';
import { createRanking, type Ranking } from '../../modules/ranking/index.ts';
import type { Foundation } from '../foundation.ts';

export function composeRanking(base: Foundation, { remaining }: Pick<Catalogue, 'remaining'>): Ranking {
  return createRanking({
    ...base,
    remaining,
    store: createRankingStore(base.database),
    createCache: (options) => createMemoryReadCache(options, base),
  });
}
