import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import { ok, type Refusal, type Result, refuse } from '../../kernel/result.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import type { IdempotencyRef } from '../../platform/idempotency/ports.ts';
import type { SalesTerms, Seat } from '../catalogue/index.ts';
import { type Doorkeeper, keepsDoorOf } from './doorkeepers.ts';
import { type PresentedCode, readPresentedCode } from './model.ts';
import type { AdmitOutcome, AdmitRequest, CheckIn, CheckInStore, TicketAtDoor, VoidReason } from './ports.ts';
import type { SignedCodes } from './signed-code.ts';

export type CheckInDeps = {
  readonly checkIns: CheckInStore;
  readonly signedCodes: Pick<SignedCodes, 'check'>;
  readonly termsOf: (performanceId: string) => Promise<SalesTerms | undefined>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Hears of each scan: `checked_in`, or the code of the refusal. */
  readonly onScanned: (outcome: string) => void;
};

/** The door at which a scan was made. */
export type AtDoor = {
  readonly doorkeeper: Doorkeeper;
  /** Of the door; undefined for an account that lets in wherever the ticket says. */
  readonly performanceId?: string | undefined;
  /** What the door is called, where no pass says it. */
  readonly gate?: string | undefined;
  readonly trace?: string | undefined;
};

/** Somebody who was let in, with the ticket. */
export type LetIn = CheckIn & {
  readonly ticketId: string;
  readonly performanceId: string;
  readonly seat: Seat;
};

export type CheckInCode =
  | 'ticket_code_invalid'
  | 'ticket_not_found'
  | 'ticket_other_performance'
  | 'ticket_void'
  | 'already_checked_in'
  | 'scan_id_taken';

/** A scan at an open door, or one that was made without network. */
export type Scan = {
  readonly id: string;
  readonly code: string;
  /** Epoch ms; undefined for now. */
  readonly letInAt?: number;
  readonly key?: IdempotencyRef | undefined;
};

/** Scans without network are older than this only where a clock is wrong. */
const SCAN_AGE_MS_MAX = 24 * 3_600_000;

/**
 * Judges scans, in their order: is it a ticket, of this door, good, and not used. A scan without network tells of
 * somebody who is inside: what speaks against it is recorded as a conflict.
 */
export async function letIn(
  deps: CheckInDeps,
  door: AtDoor,
  scans: readonly Scan[],
): Promise<readonly Result<LetIn, CheckInCode>[]> {
  const codes = await Promise.all(scans.map(({ code }) => readCode(deps, code)));
  const known = await deps.checkIns.find(codes.flatMap((code) => (code ? [code.code] : [])));
  const judged = await Promise.all(
    scans.map(async (scan, index) => judge(deps, door, { scan, ticket: ticketOf(known, codes[index]) })),
  );
  const good = judged.flatMap((one) => (one.ok ? [one.value] : []));
  const outcomes = good.length > 0 ? await deps.checkIns.admit(good.map(({ request }) => request)) : [];
  const outcomeOf = new Map(good.map((one, index) => [one, outcomes[index]]));
  const results = judged.map((one) => (one.ok ? resultOf(one.value, outcomeOf.get(one.value)) : one));
  for (const result of results) deps.onScanned(result.ok ? 'checked_in' : result.code);
  return results;
}

/** A code whose signature was altered is none; where it can no longer be checked, the code itself is the proof. */
async function readCode(deps: CheckInDeps, text: string): Promise<PresentedCode | undefined> {
  const code = readPresentedCode(text);
  if (code?.kind !== 'signed') return code;
  return (await deps.signedCodes.check(code.text)) === 'forged' ? undefined : code;
}

type Judged = { readonly request: AdmitRequest; readonly ticket: TicketAtDoor; readonly terms: SalesTerms };
type Presented = { readonly scan: Scan; readonly ticket: Result<TicketAtDoor, CheckInCode> };

function ticketOf(
  known: ReadonlyMap<string, TicketAtDoor>,
  code: PresentedCode | undefined,
): Presented['ticket'] {
  if (!code) return refuse('ticket_code_invalid');
  const ticket = known.get(code.code);
  return ticket ? ok(ticket) : refuse('ticket_not_found');
}

async function judge(
  deps: CheckInDeps,
  door: AtDoor,
  { scan, ticket: found }: Presented,
): Promise<Result<Judged, CheckInCode>> {
  if (!found.ok) return found;
  const ticket = found.value;
  const { doorkeeper } = door;
  const terms = await deps.termsOf(ticket.performanceId);
  if (!terms) throw new Error(`ticket of performance ${ticket.performanceId}, which is not there`);
  const at = doorkeeper.kind === 'gate' ? doorkeeper.gate.performanceId : door.performanceId;
  // Other sellers' tickets do not exist for an account; a gate is told that it is not for here.
  if (doorkeeper.kind === 'account' && !keepsDoorOf(doorkeeper, terms)) return refuse('ticket_not_found');
  if (at !== undefined && at !== ticket.performanceId) return refuse('ticket_other_performance');
  const wasLetIn = scan.letInAt !== undefined;
  if ((terms.isCancelled || ticket.voidBecause !== undefined) && !wasLetIn) return refuseVoid(ticket, terms);
  return ok({ ticket, terms, request: toRequest(deps, door, { scan, ticket, terms }) });
}

function toRequest(
  { clock }: CheckInDeps,
  { doorkeeper, gate, trace }: AtDoor,
  { scan, ticket, terms }: { readonly scan: Scan; readonly ticket: TicketAtDoor; readonly terms: SalesTerms },
): AdmitRequest {
  const now = clock.now();
  const { id, letInAt = now, key } = scan;
  return {
    id,
    ticketId: ticket.id,
    performanceId: ticket.performanceId,
    gate: doorkeeper.kind === 'gate' ? doorkeeper.gate.name : (gate ?? roleName(doorkeeper.principal)),
    by:
      doorkeeper.kind === 'gate'
        ? { gateId: doorkeeper.gate.id }
        : { accountId: doorkeeper.principal.accountId },
    at: Math.min(now, Math.max(letInAt, now - SCAN_AGE_MS_MAX)),
    now,
    wasLetIn: scan.letInAt !== undefined,
    trace,
    saveTo: key && { ref: key, known: whose(ticket, terms) },
  };
}

/** What is known of a check-in before it is made. */
function whose(ticket: TicketAtDoor, terms: SalesTerms): Omit<LetIn, keyof CheckIn> {
  return {
    ticketId: ticket.id,
    performanceId: ticket.performanceId,
    seat: terms.seatAt(ticket.seatNo),
  };
}

function roleName({ roles }: Principal): string {
  return roles.has('seller') ? 'seller' : 'manager';
}

function resultOf({ ticket, terms }: Judged, outcome: AdmitOutcome | undefined): Result<LetIn, CheckInCode> {
  if (!outcome) throw new Error(`no outcome for ticket ${ticket.id}`);
  if (outcome.ok) return ok({ ...whose(ticket, terms), ...outcome.value });
  if (outcome.code === 'scan_id_taken') return refuse('scan_id_taken');
  if (outcome.code === 'ticket_void') return refuseVoid(ticket, terms);
  const { id: checkInId, gate, checkedInAt } = outcome.earlier;
  return refuse('already_checked_in', undefined, {
    checkInId,
    gate,
    checkedInAt: new Date(checkedInAt).toISOString(),
    seat: terms.seatAt(ticket.seatNo),
  });
}

/** One that was voided between the look and the check-in was refunded just now. */
function refuseVoid(
  { voidBecause = 'refunded', seatNo }: TicketAtDoor,
  terms: SalesTerms,
): Refusal<'ticket_void'> {
  const reason: VoidReason = terms.isCancelled ? 'performance_cancelled' : voidBecause;
  return refuse('ticket_void', undefined, { reason, seat: terms.seatAt(seatNo) });
}
