import { type Static, Type } from 'typebox';
import { defineProblems } from '../../kernel/problems.ts';
import {
  closed,
  Id,
  MoneySchema,
  pageOf,
  pageQuery,
  Time,
  TimeInput,
  visibleText,
} from '../../platform/http/schemas.ts';
import { TicketSeat, TicketStatus } from './contract.ts';

export const doorProblems = defineProblems({
  ticket_code_invalid: {
    kind: 'unprocessable',
    title: 'This is no ticket of ours, or somebody has altered it',
    remedy: 'Send the text of the QR code as it was scanned, or the sixteen symbols of the code.',
  },
  ticket_other_performance: {
    kind: 'conflict',
    title: 'The ticket is for another performance',
    remedy: 'Let nobody in with it here.',
  },
  ticket_void: {
    kind: 'conflict',
    title: 'The ticket is void',
    remedy: 'Let nobody in with it; `reason` says why it is void.',
  },
  already_checked_in: {
    kind: 'conflict',
    title: 'Somebody was let in with this ticket already',
    remedy: '`gate` and `checkedInAt` say where and when; a manager can undo it.',
  },
  scan_id_taken: {
    kind: 'conflict',
    title: 'The id of the scan is that of another one',
    remedy: 'It is of another ticket, or of a check-in that was undone: make up a new id for a new scan.',
  },
  check_in_not_found: {
    kind: 'not_found',
    title: 'There is no such check-in',
    remedy: 'See GET /v1/performances/{id}/door-list for those that there are.',
  },
  gate_not_found: {
    kind: 'not_found',
    title: 'There is no such gate',
    remedy: 'See GET /v1/performances/{id}/gates for those that there are.',
  },
  gate_limit_reached: {
    kind: 'conflict',
    title: 'The performance has as many gates as it may have',
    remedy: 'Revoke one that is not needed any more, then add this one.',
  },
  gate_pass_invalid: {
    kind: 'unauthenticated',
    title: 'The gate pass is not valid',
    remedy: 'Send the pass of a gate as `Gate-Pass`, as POST /v1/performances/{id}/gates gave it.',
  },
  gate_pass_ended: {
    kind: 'unauthenticated',
    title: 'The gate pass has ended',
    remedy: 'It has expired or was revoked; ask the seller for a new one.',
  },
});

const Code = Type.String({
  minLength: 1,
  maxLength: 300,
  description:
    'The text of the QR code, or the code as it is printed; case, blanks and dashes do not matter.',
});
const GateName = visibleText(60);

const ScanId = Type.String({
  ...Id,
  description:
    'Made up by the door; the check-in gets it. A scan that is sent again, also in a batch, changes nothing.',
});

export const CheckInBody = closed(
  {
    id: Type.Optional(ScanId),
    code: Code,
    performanceId: Type.Optional(
      Type.String({ ...Id, description: 'Of the door; a gate pass knows it. Default: that of the ticket.' }),
    ),
    gate: Type.Optional({ ...GateName, description: 'What the door is called; a gate pass knows it.' }),
  },
  { title: 'NewCheckIn' },
);

export const CheckInView = Type.Object(
  {
    id: Id,
    ticketId: Id,
    performanceId: Id,
    seat: TicketSeat,
    gate: Type.String(),
    checkedInAt: Time,
  },
  { title: 'CheckIn' },
);
export type CheckInView = Static<typeof CheckInView>;

const SCANS_MAX = 100;

export const BatchBody = closed(
  {
    performanceId: Type.Optional(Id),
    gate: Type.Optional(GateName),
    scans: Type.Array(
      closed(
        {
          id: ScanId,
          code: Code,
          at: Type.Unsafe<string>({ ...TimeInput, description: 'When the person was let in; RFC 3339.' }),
        },
        { title: 'DoorScan' },
      ),
      { minItems: 1, maxItems: SCANS_MAX },
    ),
  },
  { title: 'DoorScans' },
);

export const BatchView = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          id: Id,
          status: Type.Enum(['checked_in', 'refused'], { title: 'ScanStatus' }),
          checkIn: Type.Optional(CheckInView),
          code: Type.Optional(
            Type.String({ description: 'Why it was refused, as POST /v1/check-ins would say.' }),
          ),
          reason: Type.Optional(Type.String()),
          gate: Type.Optional(Type.String({ description: 'Where somebody was let in before.' })),
          checkedInAt: Type.Optional(Time),
          seat: Type.Optional(TicketSeat),
        },
        { title: 'SettledScan' },
      ),
      { description: 'One for each scan, in their order.' },
    ),
  },
  { title: 'SettledScans' },
);
export type BatchView = Static<typeof BatchView>;

export const DoorView = Type.Object(
  {
    performanceId: Id,
    startsAt: Time,
    gate: Type.Union([Type.String(), Type.Null()], { description: 'Of the pass; null for accounts.' }),
    passExpiresAt: Type.Union([Time, Type.Null()]),
    tickets: Type.Integer({ description: 'Good ones.' }),
    checkedIn: Type.Integer({ description: 'Who is in.' }),
    conflicts: Type.Integer({ description: 'Who was let in without network and should not have been.' }),
    version: Type.Integer({ description: 'Of the list of tickets.' }),
  },
  { title: 'Door' },
);
export type DoorView = Static<typeof DoorView>;

export const OfflineListView = Type.Object(
  {
    performanceId: Id,
    version: Type.Integer({ description: 'Of the list: grows with every change.' }),
    takenAt: Time,
    isComplete: Type.Boolean({ description: 'False where there are more tickets than the list holds.' }),
    tickets: Type.Array(
      Type.Object(
        {
          codeHash: Type.String({ description: 'SHA-256 of the code, base64url.' }),
          section: Type.String(),
          row: Type.String(),
          number: Type.Integer(),
          state: { ...TicketStatus, description: 'Used: somebody is in with it.' },
        },
        { title: 'OfflineTicket' },
      ),
    ),
  },
  { title: 'OfflineList' },
);
export type OfflineListView = Static<typeof OfflineListView>;

const CheckInMark = Type.Object({ id: Id, gate: Type.String(), checkedInAt: Time }, { title: 'CheckInMark' });

export const ConflictPage = pageOf(
  Type.Object(
    {
      id: Id,
      seat: TicketSeat,
      reason: Type.Enum(['already_checked_in', 'ticket_void'], { title: 'ConflictReason' }),
      gate: Type.String(),
      admittedAt: Time,
      recordedAt: Time,
      first: Type.Union([CheckInMark, Type.Null()], {
        description: 'The check-in that counts.',
      }),
    },
    { title: 'AdmissionConflict' },
  ),
);

export const GateBody = closed(
  { name: { ...GateName, description: 'What people call the door.' } },
  { title: 'NewGate' },
);

export const GateView = Type.Object(
  {
    id: Id,
    performanceId: Id,
    name: Type.String(),
    createdAt: Time,
    expiresAt: Time,
    revokedAt: Type.Union([Time, Type.Null()]),
    pass: Type.Optional(Type.String({ description: 'Send it as `Gate-Pass`; absent once it has ended.' })),
    passQrSvg: Type.Optional(
      Type.String({ description: 'The pass as a QR code, for the gate page to scan.' }),
    ),
  },
  { title: 'Gate' },
);
export type GateView = Static<typeof GateView>;
export const GatePage = pageOf(GateView);

const format = Type.Optional(Type.Enum(['json', 'csv'], { description: 'Before what Accept says.' }));
export const PageQuery = closed(pageQuery);
export const ListQuery = closed({ ...pageQuery, format });

export const DoorListPage = pageOf(
  Type.Object(
    {
      ticketId: Id,
      seat: TicketSeat,
      name: Type.String({ description: 'Of the buyer.' }),
      checkIn: Type.Union([CheckInMark, Type.Null()]),
    },
    { title: 'DoorEntry' },
  ),
);

export const BuyerPage = pageOf(
  Type.Object(
    {
      reservationId: Id,
      name: Type.String(),
      email: Type.String(),
      seats: Type.Array(TicketSeat),
      amount: MoneySchema,
      paidAt: Time,
    },
    { title: 'Buyer' },
  ),
);
