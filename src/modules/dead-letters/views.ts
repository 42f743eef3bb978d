import type { DeadLetterGroup, DeadLetterSummary, DeadLetterView, RedriveView } from './contract.ts';
import type { Letter, LetterGroup, LetterInPlace, Redrive } from './ports.ts';

const toTime = (ms: number) => new Date(ms).toISOString();
const toTimeOrNull = (ms: number | null) => (ms === null ? null : toTime(ms));

/** Of the consumer of a group: whether it runs here, and what it does outside of its transaction. */
export type KnownConsumer = { readonly outside?: string | undefined } | undefined;

export function groupView(group: LetterGroup, consumer: KnownConsumer): DeadLetterGroup {
  return {
    consumer: group.consumer,
    cause: group.cause,
    error: group.error,
    parked: group.parked,
    waiting: group.waiting,
    firstFailedAt: toTimeOrNull(group.firstFailedAt),
    lastFailedAt: toTimeOrNull(group.lastFailedAt),
    sampleId: group.sampleId,
    redriveId: group.redriveId,
    outside: consumer?.outside ?? null,
    isKnown: consumer !== undefined,
  };
}

export function summaryView(letter: Letter): DeadLetterSummary {
  const { event } = letter;
  return {
    id: letter.id,
    consumer: letter.consumer,
    state: letter.state,
    cause: letter.cause,
    error: letter.error,
    attempts: letter.attempts,
    type: event.type,
    subject: event.subject,
    partitionKey: event.partitionKey,
    position: event.position ?? null,
    occurredAt: toTime(event.occurredAt),
    trace: event.trace ?? null,
    firstFailedAt: toTimeOrNull(letter.firstFailedAt),
    lastFailedAt: toTimeOrNull(letter.lastFailedAt),
    parkedAt: toTime(letter.parkedAt),
    endedAt: toTimeOrNull(letter.endedAt),
    reason: letter.reason,
  };
}

export function letterView(letter: LetterInPlace): DeadLetterView {
  const { event, aheadOfIt, behindIt, redriveId } = letter;
  return {
    ...summaryView(letter),
    event: { id: event.id, version: event.version, data: event.data },
    aheadOfIt,
    behindIt,
    redriveId,
  };
}

export function redriveView(redrive: Redrive, newFailures: number): RedriveView {
  const { letterId, outcome, lastError, isDryRun } = redrive;
  const dryRun = isDryRun && letterId !== null && outcome !== null;
  return {
    id: redrive.id,
    consumer: redrive.consumer,
    cause: redrive.cause,
    state: redrive.state,
    ratePerSecond: redrive.ratePerSecond,
    total: redrive.total,
    done: redrive.done,
    failedAgain: redrive.failedAgain,
    newFailures,
    stoppedBecause: redrive.stoppedBecause,
    lastError,
    dryRun: dryRun ? { deadLetterId: letterId, outcome, detail: lastError } : null,
    isDryRun,
    createdAt: toTime(redrive.createdAt),
    endedAt: toTimeOrNull(redrive.endedAt),
  };
}
