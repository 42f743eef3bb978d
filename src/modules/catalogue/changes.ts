import { type DomainEvent, newEvent } from '../../platform/events/event.ts';
import { catalogueEvents } from './contract.ts';
import type { Performance } from './model.ts';

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

type CalledOff = Pick<Performance, 'id' | 'concertId' | 'startsAt'> & { readonly by: string };

export function performanceCancelled(
  { id: performanceId, startsAt, ...about }: CalledOff & { readonly reason: string },
  occurredAt: number,
): DomainEvent {
  const { concertId, by, reason } = about;
  const data = { performanceId, concertId, by, reason, startsAt: new Date(startsAt).toISOString() };
  return newEvent(catalogueEvents['performance.cancelled'], data, { occurredAt });
}

export function performancePostponed(
  { id: performanceId, concertId, by, ...about }: CalledOff & { readonly postponedFrom: number },
  occurredAt: number,
): DomainEvent {
  const startsAt = new Date(about.startsAt).toISOString();
  const postponedFrom = new Date(about.postponedFrom).toISOString();
  const data = { performanceId, concertId, by, startsAt, postponedFrom, answerUntil: startsAt };
  return newEvent(catalogueEvents['performance.postponed'], data, { occurredAt });
}
