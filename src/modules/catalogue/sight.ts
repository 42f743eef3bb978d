import type { Clock } from '../../kernel/clock.ts';
import type { KnownSales } from './known-sales.ts';
import type { CatalogueReader } from './ports.ts';
import { looksAfter, type Viewer } from './publication.ts';

export type SightDeps = {
  readonly reader: Pick<CatalogueReader, 'hasBooked'>;
  readonly known: Pick<KnownSales, 'performance'>;
  readonly clock: Clock;
};

type Seen = {
  readonly publicFrom: number;
  readonly sellerId: string;
  readonly performanceIds: readonly string[];
};

/** Anyone who has booked still sees what it was for after it was hidden. */
export async function sees(
  { reader, clock }: Pick<SightDeps, 'reader' | 'clock'>,
  viewer: Viewer,
  { publicFrom: from, sellerId, performanceIds }: Seen,
): Promise<boolean> {
  if (from <= clock.now() || looksAfter(viewer, sellerId)) return true;
  return viewer !== null && reader.hasBooked(viewer.accountId, performanceIds);
}

/** Whether this person may look at a performance and its seats. */
export async function maySee(deps: SightDeps, id: string, viewer: Viewer): Promise<boolean> {
  const found = await deps.known.performance(id);
  return found !== undefined && sees(deps, viewer, { ...found.performance, performanceIds: [id] });
}
