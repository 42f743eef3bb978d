import { createMemoryReadCache } from '../../adapters/memory/read-cache.ts';
import { createCatalogueReader } from '../../adapters/postgres/catalogue/catalogue-reader.ts';
import { createCatalogueStore } from '../../adapters/postgres/catalogue/catalogue-store.ts';
import { createSeatClaimReader } from '../../adapters/postgres/seating/seat-claim-reader.ts';
import { type Catalogue, createCatalogue } from '../../modules/catalogue/index.ts';
import type { Foundation } from '../foundation.ts';

export function composeCatalogue(base: Foundation): Catalogue {
  const { database, hint } = base;
  return createCatalogue({
    ...base,
    store: createCatalogueStore(database, hint),
    reader: createCatalogueReader(database),
    claims: createSeatClaimReader(database),
    createCache: (options) => createMemoryReadCache(options, base),
    holdTtlMs: base.config.holdTtlMs,
  });
}
