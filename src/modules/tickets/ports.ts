import type { Ok } from '../../kernel/result.ts';
import type { IdPage } from '../../platform/http/id-page.ts';
import type { ResultSlot } from '../../platform/idempotency/ports.ts';

export type Ticket = {
  readonly id: string;
  readonly reservationId: string;
  readonly performanceId: string;
  readonly seatNo: number;
  readonly code: string;
  /** `used`: good, and checked in. */
  readonly status: 'valid' | 'void' | 'used';
  readonly issuedAt: number;
};

export type TicketStore = {
  list(accountId: string, page: IdPage): Promise<readonly Ticket[]>;
  find(accountId: string, ticketId: string): Promise<Ticket | undefined>;
};

/** Where and when somebody was let in. Times are epoch ms. */
export type CheckIn = { readonly id: string; readonly gate: string; readonly checkedInAt: number };

/** A ticket as a door sees it. */
export type TicketAtDoor = {
  readonly id: string;
  readonly performanceId: string;
  readonly seatNo: number;
  /** Why it is void; undefined where it is good. */
  readonly voidBecause: VoidReason | undefined;
};

export type VoidReason = 'refunded' | 'cancelled' | 'performance_cancelled';

export type AdmitRequest = {
  /** Of the check-in; the same for a repetition. */
  readonly id: string;
  readonly ticketId: string;
  readonly performanceId: string;
  readonly gate: string;
  /** Who lets in: a gate by its pass, or an account. */
  readonly by: { readonly gateId: string } | { readonly accountId: string };
  /** Epoch ms, as `now`: earlier than that for a scan without network. */
  readonly at: number;
  readonly now: number;
  /** Somebody is inside already: what speaks against it is recorded as a conflict. */
  readonly wasLetIn: boolean;
  readonly trace?: string | undefined;
  /** Of a success; its effect is the CheckIn. */
  readonly saveTo?: ResultSlot | undefined;
};

export type AdmitOutcome =
  | Ok<CheckIn>
  | { readonly ok: false; readonly code: 'already_checked_in'; readonly earlier: CheckIn }
  | { readonly ok: false; readonly code: 'ticket_void' }
  | { readonly ok: false; readonly code: 'scan_id_taken' };

export type UndoRequest = {
  readonly id: string;
  readonly by: string;
  readonly now: number;
  readonly trace?: string | undefined;
};

/** A ticket in the list for doors without network. */
export type OfflineTicket = {
  /** SHA-256 of the code, base64url. */
  readonly codeHash: string;
  readonly seatNo: number;
  readonly state: 'valid' | 'used' | 'void';
};

export type DoorCounts = {
  readonly tickets: number;
  readonly checkedIn: number;
  readonly conflicts: number;
  /** Grows with whatever changes the list for doors. */
  readonly version: number;
};

export type AdmissionConflict = {
  readonly id: string;
  readonly seatNo: number;
  readonly reason: 'already_checked_in' | 'ticket_void';
  readonly gate: string;
  readonly admittedAt: number;
  readonly recordedAt: number;
  /** The check-in that counts, where there is one. */
  readonly first: CheckIn | undefined;
};

/** Port: who was let in. A constraint has the last word: one living check-in a ticket. */
export type CheckInStore = {
  /** By codes; without those that there are not. */
  find(codes: readonly string[]): Promise<ReadonlyMap<string, TicketAtDoor>>;
  /** One transaction for the batch, an outcome for each request. */
  admit(batch: readonly AdmitRequest[]): Promise<readonly AdmitOutcome[]>;
  /** @returns false for no such check-in; one that was undone before stays as it is */
  undo(request: UndoRequest): Promise<boolean>;
  counts(performanceId: string): Promise<DoorCounts>;
  /** At most `limit`, the good ones first. */
  offlineList(performanceId: string, limit: number): Promise<readonly OfflineTicket[]>;
  conflicts(performanceId: string, page: IdPage): Promise<readonly AdmissionConflict[]>;
};

/** A door of one performance, which a pass opens for the one who shows it. Times are epoch ms. */
export type Gate = {
  readonly id: string;
  readonly performanceId: string;
  readonly name: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
};

/** Port. */
export type GateStore = {
  /** @returns false where the performance has `max` living gates already */
  create(gate: NewGate, max: number, saveTo: ResultSlot | undefined): Promise<boolean>;
  find(id: string): Promise<Gate | undefined>;
  findByPass(passHash: Buffer): Promise<Gate | undefined>;
  list(performanceId: string, page: IdPage): Promise<readonly Gate[]>;
  revoke(id: string, now: number): Promise<void>;
};

export type NewGate = Gate & { readonly passHash: Buffer; readonly createdBy: string };

/** A line of the door list: a good ticket with who bought it. */
export type DoorEntry = {
  readonly ticketId: string;
  readonly seatNo: number;
  readonly name: string;
  readonly checkIn: CheckIn | undefined;
};

/** A paid reservation with who paid it. Amounts in minor units, times in epoch ms. */
export type Buyer = {
  readonly reservationId: string;
  readonly name: string;
  readonly email: string;
  readonly seatNos: readonly number[];
  readonly amount: number;
  readonly paidAt: number;
};

/** Port: what the seller reads before the doors open. */
export type SellerLists = {
  /** By seat, from the number after `after` on. */
  doorList(performanceId: string, page: { after: number; limit: number }): Promise<readonly DoorEntry[]>;
  /** Newest first. */
  buyers(performanceId: string, page: IdPage): Promise<readonly Buyer[]>;
};
