import { createCatalogueReader } from '../../adapters/postgres/catalogue/catalogue-reader.ts';
import { createCatalogueStore } from '../../adapters/postgres/catalogue/catalogue-store.ts';
import { createSeatHoldReader } from '../../adapters/postgres/seating/seat-hold-reader.ts';
import {
  type Catalogue,
  createCatalogue,
  createKnownSales,
  createSeatPlans,
} from '../../modules/catalogue/index.ts';
import { createSeating, type Seating } from '../../modules/seating/index.ts';
import type { Foundation } from '../foundation.ts';

/** What is sold, and how its seats stand: the catalogue shows both, and seating knows the seats by their plans. */
export function composeCatalogue(base: Foundation): {
  readonly catalogue: Catalogue;
  readonly seating: Seating;
} {
  const { clock, database, hint, hub } = base;
  const reader = createCatalogueReader(database);
  const known = createKnownSales(reader, base.createCache, base);
  const seating = createSeating({
    clock,
    hub,
    plans: createSeatPlans({ known, reader, clock }),
    holds: createSeatHoldReader(database),
  });
  const catalogue = createCatalogue({
    ...base,
    store: createCatalogueStore(database, hint),
    reader,
    known,
    seats: seating,
    holdTtlMs: base.config.holdTtlMs,
  });
  return { catalogue, seating };
}
