import { type DomainEvent, newEvent } from '../../platform/events/event.ts';
import { catalogueEvents } from './contract.ts';

type Change = 'created' | 'updated' | 'removed';

export function concertChanged(
  concertId: string,
  change: 'created' | 'updated',
  occurredAt: number,
): DomainEvent {
  return newEvent(catalogueEvents['concert.changed'], { concertId, change }, { occurredAt });
}

export function performanceChanged(
  performanceId: string,
  concertId: string,
  change: Change,
  occurredAt: number,
): DomainEvent {
  const data = { performanceId, concertId, change };
  return newEvent(catalogueEvents['performance.changed'], data, { occurredAt });
}
