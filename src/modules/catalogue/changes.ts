import type { DomainEvent } from '../../platform/events/event.ts';

type Change = 'created' | 'updated' | 'removed';

export function concertChanged(
  concertId: string,
  change: 'created' | 'updated',
  occurredAt: number,
): DomainEvent {
  return { type: 'concert.changed', version: 1, key: concertId, occurredAt, data: { concertId, change } };
}

export function performanceChanged(
  performanceId: string,
  concertId: string,
  change: Change,
  occurredAt: number,
): DomainEvent {
  const data = { performanceId, concertId, change };
  return { type: 'performance.changed', version: 1, key: performanceId, occurredAt, data };
}
