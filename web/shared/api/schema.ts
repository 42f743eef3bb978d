// @generated from /openapi.json by scripts/generate-client.mjs; a test holds it to the API.

export type Account = {
  id: string;
  email: string;
  name: string;
  roles: Role[];
  language: Language;
  /** Whether the link of the first mail was opened. */
  emailConfirmed: boolean;
  /** RFC 3339, UTC, milliseconds */
  createdAt: string;
};

export type AccountPage = {
  items: Account[];
  /** For `?cursor=` of the next page; null: this is the last. */
  nextCursor: string | null;
};

export type AdmissionConflict = {
  id: string;
  seat: TicketSeat;
  reason: ConflictReason;
  gate: string;
  /** RFC 3339, UTC, milliseconds */
  admittedAt: string;
  /** RFC 3339, UTC, milliseconds */
  recordedAt: string;
  /** The check-in that counts. */
  first: CheckInMark | null;
};

export type AdmissionConflictPage = {
  items: AdmissionConflict[];
  /** For `?cursor=` of the next page; null: this is the last. */
  nextCursor: string | null;
};

export type AuditAction = "roles.changed" | "room.changed" | "points.credited" | "check-in.undone" | "performance.cancelled" | "performance.postponed" | "dead-letters.redriven" | "dead-letters.discarded";

export type AuditEntry = {
  /** RFC 3339, UTC, milliseconds */
  at: string;
  action: AuditAction;
  /** Null: the system itself. */
  by: AuditPerson | null;
  /** Whose roles or points. */
  account: AuditPerson | null;
  /** Whose room or door. */
  performanceId: string | null;
  /** What is said of it: role, action and how; state and limits of a room; amount and reason; ticket and gate; reason and start of a performance; consumer, cause and number of dead letters. */
  details: { [key: string]: unknown };
};

export type AuditEntryPage = {
  items: AuditEntry[];
  /** For `?cursor=` of the next page; null: this is the last. */
  nextCursor: string | null;
};

export type AuditPerson = {
  id: string;
  name: string;
  email: string;
};

export type BatchStats = {
  /** What goes together: holds, payments, room, … */
  name: string;
  batchesPerSecond: number;
  requestsPerSecond: number;
  meanSize: number;
  /** Of the oldest request of each batch. */
  meanWaitMs: number;
  meanRunMs: number;
};

export type Buyer = {
  reservationId: string;
  name: string;
  email: string;
  seats: TicketSeat[];
  amount: Money;
  /** RFC 3339, UTC, milliseconds */
  paidAt: string;
};

export type BuyerPage = {
  items: Buyer[];
  /** For `?cursor=` of the next page; null: this is the last. */
  nextCursor: string | null;
};

export type Cancellation = {
  performanceId: string;
  reason: string;
  /** RFC 3339, UTC, milliseconds */
  cancelledAt: string;
  state: CancellationState;
  /** Paid reservations that the performance had. */
  total: number;
  /** Those of them that are still to be cancelled. */
  waiting: number;
  /** Cancelled; the money is on its way. */
  refunding: number;
  /** Cancelled; the provider refuses to give the money back. A dead letter of `refunds`, until a manager has it asked again. */
  failed: number;
  /** Of those that failed up to 50. */
  failures: RefundFailure[];
  /** Cancelled, and the money is back. */
  done: number;
};

export type CancellationState = "running" | "done";

export type Charge = PointEntry | Payment;

export type ChargeAmount = {
  amount: number;
  currency: Currency;
};

export type ChargeWay = "instant" | "card";

export type CheckIn = {
  id: string;
  ticketId: string;
  performanceId: string;
  seat: TicketSeat;
  gate: string;
  /** RFC 3339, UTC, milliseconds */
  checkedInAt: string;
};

export type CheckInMark = {
  id: string;
  gate: string;
  /** RFC 3339, UTC, milliseconds */
  checkedInAt: string;
};

export type Concert = {
  id: string;
  title: string;
  /** For readers of English; null: as for everybody. */
  titleEn: string | null;
  artist: string;
  /** For readers of English; null: as for everybody. */
  artistEn: string | null;
  category: string;
  sellerId: string;
  visibility: Visibility;
  publishAt: string | null;
  description: string;
  /** For readers of English; null: as for everybody. */
  descriptionEn: string | null;
  /** RFC 3339, UTC, milliseconds */
  createdAt: string;
  /** RFC 3339, UTC, milliseconds */
  updatedAt: string;
  /** One more with each change; `"<version>"` is an If-Match. */
  version: number;
  /** By date. */
  performances: Performance[];
};

export type ConcertChange = {
  title?: string;
  /** For readers of English; null: as for everybody. */
  titleEn?: string | null;
  artist?: string;
  /** For readers of English; null: as for everybody. */
  artistEn?: string | null;
  description?: string;
  /** For readers of English; null: as for everybody. */
  descriptionEn?: string | null;
  /** Such as concert, musical, play. */
  category?: string;
  /** draft: only its seller and managers see it; hidden: taken back, and seen by those who have booked. Without publishAt at once. */
  visibility?: Visibility;
  /** Published from then on, unless hidden; null: as visibility says. */
  publishAt?: string | null;
};

export type ConcertSummary = {
  id: string;
  title: string;
  /** For readers of English; null: as for everybody. */
  titleEn: string | null;
  artist: string;
  /** For readers of English; null: as for everybody. */
  artistEn: string | null;
  category: string;
  sellerId: string;
  visibility: Visibility;
  publishAt: string | null;
  performanceCount: number;
  firstStartsAt: string | null;
  lastStartsAt: string | null;
  /** The next opening of a sale. */
  nextOpensAt: string | null;
  /** The best of its performances: on_sale, scheduled, sold_out, closed. */
  status: PerformanceStatus | null;
  priceFrom: Money | null;
  /** Seats of its performances whose sale is not over. */
  capacity: number;
  /** Those of them that are free. */
  remainingTotal: number;
  venues: string[];
  /** Of each of its venues. */
  venuesEn: (string | null)[];
  /** Where its first performance is. */
  timeZone: string | null;
};

export type ConcertSummaryPage = {
  items: ConcertSummary[];
  /** For `?cursor=` of the next page; null: this is the last. */
  nextCursor: string | null;
};

export type ConfirmedEmail = {
  email: string;
};

export type ConflictReason = "already_checked_in" | "ticket_void";

export type ConsumerKind = "durable" | "follower";

export type ConsumerStats = {
  name: string;
  kind: ConsumerKind;
  position: number;
  lag: number;
  attempts: number;
  lastError: string | null;
};

export type Crowd = {
  status: CrowdStatus;
  performanceId: string | null;
  people: number;
  startedAt: string | null;
  endedAt: string | null;
  /** Have asked for a place in line. */
  arrived: number;
  /** Stand in line now. */
  waiting: number;
  /** Choose seats, hold some or pay, now. */
  inside: number;
  /** Went with tickets. */
  paid: number;
  /** Held seats and went without paying. */
  dropped: number;
  /** Went with nothing: sold out, or others were faster. */
  empty: number;
  /** Met an answer that should not be. */
  failed: number;
  /** Seats paid for. */
  seats: number;
  /** The rate of the waiting room as it is changed for the crowd, and the one that comes back afterwards. */
  lentRate: null | LentRate;
  /** Answers that were no success, by code. */
  refusals: { [key: string]: number };
};

export type CrowdStatus = "none" | "running" | "done" | "stopped" | "failed";

export type Currency = "KRW";

export type DeadLetter = {
  id: string;
  /** The name of the consumer. */
  consumer: string;
  state: DeadLetterState;
  cause: string | null;
  error: string | null;
  /** How often it was tried; 0: it only waits. */
  attempts: number;
  /** Of the event. */
  type: string;
  subject: string;
  /** Events of one key take effect in order. */
  partitionKey: string;
  /** In the event log; null: it is no event of the log. */
  position: number | null;
  /** RFC 3339, UTC, milliseconds */
  occurredAt: string;
  /** W3C traceparent of the request that caused the event. */
  trace: string | null;
  firstFailedAt: string | null;
  lastFailedAt: string | null;
  /** RFC 3339, UTC, milliseconds */
  parkedAt: string;
  /** When it was redriven or discarded. */
  endedAt: string | null;
  /** Why it was discarded. */
  reason: string | null;
  event: DeadLetterEvent;
  /** Dead letters of its key that take effect before it. */
  aheadOfIt: number;
  /** Dead letters of its key that wait behind it. */
  behindIt: number;
  /** The redrive that is at it now. */
  redriveId: string | null;
};

export type DeadLetterEvent = {
  id: string;
  version: number;
  data: { [key: string]: unknown };
};

export type DeadLetterGroup = {
  /** The name of the consumer. */
  consumer: string;
  /** Null: what is left behind those that were discarded. */
  cause: string | null;
  /** The latest of these errors, as it was. */
  error: string | null;
  /** Events that failed, each of its own partition key. */
  parked: number;
  /** Later events of these keys, which wait behind them. */
  waiting: number;
  firstFailedAt: string | null;
  lastFailedAt: string | null;
  /** The dead letter that failed last. */
  sampleId: string;
  /** The redrive that is at them now. */
  redriveId: string | null;
  /** What the consumer does that a dry run could not undo; null: nothing. */
  outside: string | null;
  /** False: no such consumer runs here, so that nothing can be redriven. */
  isKnown: boolean;
};

export type DeadLetterGroupPage = {
  items: DeadLetterGroup[];
  /** For `?cursor=` of the next page; null: this is the last. */
  nextCursor: string | null;
};

export type DeadLetterState = "parked" | "waiting" | "redriven" | "discarded";

export type DeadLettersDiscarded = {
  discarded: number;
  /** The redrive that what waited behind them follows by; null: nothing did. */
  redriveId: string | null;
};

export type DemoGate = {
  performanceId: string;
  /** A gate pass of the demonstration: it opens this door for anyone. */
  pass: string;
  /** Tickets of the first demo member at this performance. */
  codes: string[];
};

export type DemoGateAnswer = {
  gate: DemoGate | null;
};

export type DiscardRequest = {
  /** The name of the consumer. */
  consumer: string;
  /** What went wrong, without ids and figures: errors of one cause read the same. */
  cause?: string;
  /** These dead letters; each with what stands before it in its key. */
  ids?: string[];
  /** Why; it is on record. */
  reason: string;
};

export type Door = {
  performanceId: string;
  /** RFC 3339, UTC, milliseconds */
  startsAt: string;
  /** Of the pass; null for accounts. */
  gate: string | null;
  passExpiresAt: string | null;
  /** Good ones. */
  tickets: number;
  /** Who is in. */
  checkedIn: number;
  /** Who was let in without network and should not have been. */
  conflicts: number;
  /** Of the list of tickets. */
  version: number;
};

export type DoorEntry = {
  ticketId: string;
  seat: TicketSeat;
  /** Of the buyer. */
  name: string;
  checkIn: CheckInMark | null;
};

export type DoorEntryPage = {
  items: DoorEntry[];
  /** For `?cursor=` of the next page; null: this is the last. */
  nextCursor: string | null;
};

export type DoorScan = {
  /** Made up by the door; the check-in gets it. A scan that is sent again, also in a batch, changes nothing. */
  id: string;
  /** The text of the QR code, or the code as it is printed; case, blanks and dashes do not matter. */
  code: string;
  /** When the person was let in; RFC 3339. */
  at: string;
};

export type DoorScans = {
  performanceId?: string;
  gate?: string;
  scans: DoorScan[];
};

export type DryRun = {
  deadLetterId: string;
  outcome: DryRunOutcome;
  /** The error that it would fail with, or what could not be undone. */
  detail: string | null;
};

export type DryRunOutcome = "would_succeed" | "would_fail" | "not_possible";

export type EmailConfirmation = {
  /** What the link of the mail ends with. */
  token: string;
};

export type EnrolledRole = "seller" | "manager" | "driver";

export type Enrolment = {
  role: EnrolledRole;
  code: string;
};

export type EntryStatus = "waiting" | "admitted";

export type FastestSoldOut = {
  rank: number;
  performanceId: string;
  concertId: string;
  title: string;
  /** For readers of English; null: as for everybody. */
  titleEn: string | null;
  artist: string;
  /** For readers of English; null: as for everybody. */
  artistEn: string | null;
  venue: string;
  /** For readers of English; null: as for everybody. */
  venueEn: string | null;
  /** IANA name */
  timeZone: string;
  /** RFC 3339, UTC, milliseconds */
  startsAt: string;
  /** RFC 3339, UTC, milliseconds */
  opensAt: string;
  capacity: number;
  /** Seats sold by now. */
  sold: number;
  /** Seats that are free now. */
  remainingTotal: number;
  /** RFC 3339, UTC, milliseconds */
  soldOutAt: string;
  /** From the opening on. */
  soldOutAfterMs: number;
};

export type FastestSoldOutPage = {
  items: FastestSoldOut[];
  nextCursor: null;
};

export type Gate = {
  id: string;
  performanceId: string;
  name: string;
  /** RFC 3339, UTC, milliseconds */
  createdAt: string;
  /** RFC 3339, UTC, milliseconds */
  expiresAt: string;
  revokedAt: string | null;
  /** Send it as `Gate-Pass`; absent once it has ended. */
  pass?: string;
  /** The pass as a QR code, for the gate page to scan. */
  passQrSvg?: string;
};

export type GatePage = {
  items: Gate[];
  /** For `?cursor=` of the next page; null: this is the last. */
  nextCursor: string | null;
};

export type HistoryEntry = {
  /** RFC 3339, UTC, milliseconds */
  time: string;
  /** The event, as in docs/events.md. */
  type: string;
  status: ReservationStatus;
  /** What happened, in a sentence. */
  text: string;
};

export type Language = "ko" | "en";

export type LentRate = {
  ratePerSecond: number;
  before: number;
};

export type LogIn = {
  email: string;
  password: string;
};

export type Money = {
  amount: number;
  currency: Currency;
};

export type NewCancellation = {
  /** Buyers read it. */
  reason: string;
};

export type NewCheckIn = {
  /** Made up by the door; the check-in gets it. A scan that is sent again, also in a batch, changes nothing. */
  id?: string;
  /** The text of the QR code, or the code as it is printed; case, blanks and dashes do not matter. */
  code: string;
  /** Of the door; a gate pass knows it. Default: that of the ticket. */
  performanceId?: string;
  /** What the door is called; a gate pass knows it. */
  gate?: string;
};

export type NewConcert = {
  title: string;
  /** For readers of English; null: as for everybody. */
  titleEn?: string | null;
  artist: string;
  /** For readers of English; null: as for everybody. */
  artistEn?: string | null;
  description?: string;
  /** For readers of English; null: as for everybody. */
  descriptionEn?: string | null;
  /** Such as concert, musical, play. */
  category?: string;
  /** draft: only its seller and managers see it; hidden: taken back, and seen by those who have booked. Without publishAt at once. */
  visibility?: Visibility;
  /** Published from then on, unless hidden; null: as visibility says. */
  publishAt?: string | null;
};

export type NewCrowd = {
  performanceId: string;
  people: number;
  /** They come evenly spread over this time. */
  arriveMs?: number;
  /** How many the waiting room lets in a second while the crowd is there; its own rate comes back afterwards. Left out, or where there is no room: as it does. */
  ratePerSecond?: number;
};

export type NewGate = {
  /** What people call the door. */
  name: string;
};

export type NewPayment = {
  method: PaymentMethod;
  /** Where a buyer comes back to from the provider: an address of this site, or of one of CORS_ORIGINS. Default: our own page of what is paid for. */
  returnUrl?: string;
};

export type NewPerformance = {
  stageId: string;
  /** RFC 3339 */
  startsAt: string;
  /** RFC 3339 */
  opensAt: string;
  /** RFC 3339 */
  closesAt?: string;
  /** Price by grade. */
  prices: { [key: string]: Price };
  limitPerPerson?: number;
  holdTtlMs?: number;
  roomEnabled?: boolean;
};

export type NewPostponement = {
  /** Later than it was to start, and to come. */
  startsAt: string;
};

export type NewReservation = {
  performanceId: string;
  seatIds: string[];
};

export type NewStage = {
  name: string;
  /** For readers of English; null: as for everybody. */
  nameEn?: string | null;
  plan: Plan;
};

export type NewVenue = {
  name: string;
  /** For readers of English; null: as for everybody. */
  nameEn?: string | null;
  address: string;
  /** For readers of English; null: as for everybody. */
  addressEn?: string | null;
  /** IANA name; Asia/Seoul where it is not given. */
  timeZone?: string;
  stages: NewStage[];
};

export type OfflineList = {
  performanceId: string;
  /** Of the list: grows with every change. */
  version: number;
  /** RFC 3339, UTC, milliseconds */
  takenAt: string;
  /** False where there are more tickets than the list holds. */
  isComplete: boolean;
  tickets: OfflineTicket[];
};

export type OfflineTicket = {
  /** SHA-256 of the code, base64url. */
  codeHash: string;
  section: string;
  row: string;
  number: number;
  /** Used: somebody is in with it. */
  state: TicketStatus;
};

export type Payment = {
  id: string;
  purpose: PaymentPurpose;
  /** Null where points are paid for. */
  reservationId: string | null;
  status: PaymentStatus;
  /** Why, in a word: superseded, hold_expired, not_paid_in_time, reservation_ended, paid_already, amount_mismatch, cancelled, card_declined, or what the provider says. */
  reason: string | null;
  method: PaymentMethod;
  amount: Money;
  /** Where the buyer pays; null for points, and where there is nothing to pay. */
  checkoutUrl: string | null;
  /** RFC 3339, UTC, milliseconds */
  createdAt: string;
};

export type PaymentConfirmation = {
  paymentKey: string;
  orderId: string;
  /** In won, as the provider gave it back, or as money. */
  amount: number | Money;
};

export type PaymentDetails = {
  id: string;
  purpose: PaymentPurpose;
  /** Null where points are paid for. */
  reservationId: string | null;
  status: PaymentStatus;
  /** Why, in a word: superseded, hold_expired, not_paid_in_time, reservation_ended, paid_already, amount_mismatch, cancelled, card_declined, or what the provider says. */
  reason: string | null;
  method: PaymentMethod;
  amount: Money;
  /** Where the buyer pays; null for points, and where there is nothing to pay. */
  checkoutUrl: string | null;
  /** RFC 3339, UTC, milliseconds */
  createdAt: string;
  /** Each state that a payment by card was in, and why. */
  steps: PaymentStep[];
};

export type PaymentList = {
  items: Payment[];
};

export type PaymentMethod = "points" | "card";

export type PaymentMethods = {
  methods: PaymentMethod[];
  /** No card is charged. */
  isSimulated: boolean;
};

export type PaymentPurpose = "reservation" | "points";

export type PaymentStatus = "requested" | "unknown" | "failed" | "succeeded" | "refunding" | "refunded";

export type PaymentStep = {
  status: PaymentStatus;
  reason: string;
  /** RFC 3339, UTC, milliseconds */
  at: string;
};

export type Performance = {
  id: string;
  concertId: string;
  sellerId: string;
  title: string;
  /** For readers of English; null: as for everybody. */
  titleEn: string | null;
  venue: string;
  /** For readers of English; null: as for everybody. */
  venueEn: string | null;
  /** Of the venue: by its clock the performance begins. */
  timeZone: string;
  stage: string;
  /** For readers of English; null: as for everybody. */
  stageEn: string | null;
  stageId: string;
  /** RFC 3339, UTC, milliseconds */
  startsAt: string;
  /** RFC 3339, UTC, milliseconds */
  opensAt: string;
  /** RFC 3339, UTC, milliseconds */
  closesAt: string;
  status: PerformanceStatus;
  capacity: number;
  /** Free seats by grade. */
  remaining: { [key: string]: number };
  remainingTotal: number;
  prices: { [key: string]: Money };
  limitPerPerson: number;
  holdTtlMs: number;
  roomEnabled: boolean;
  /** One more with each change; `"<version>"` is an If-Match. */
  version: number;
  /** When it was called off: it does not take place, and all that was paid goes back. */
  cancelledAt: string | null;
  /** In the words of its seller. */
  cancelReason: string | null;
  /** When that was decided last: who had booked before is asked whether they keep their tickets. */
  postponedAt: string | null;
  /** When it was to start before it was postponed. */
  postponedFrom: string | null;
  seatsUrl: string;
  planUrl: string;
};

export type PerformanceChange = {
  /** RFC 3339 */
  startsAt?: string;
  /** RFC 3339 */
  opensAt?: string;
  /** RFC 3339 */
  closesAt?: string;
  /** Price by grade. */
  prices?: { [key: string]: Price };
  limitPerPerson?: number;
  holdTtlMs?: number;
  roomEnabled?: boolean;
};

export type PerformanceStatus = "scheduled" | "on_sale" | "sold_out" | "closed";

export type Plan = {
  stage?: StagePlace;
  sections: PlanSection[];
};

export type PlanArc = {
  /** [x, y] */
  centre: [number, number];
  radius: number;
  /** Degrees, clockwise as drawn; 0 is to the right. */
  from: number;
  turn: number;
};

export type PlanRow = {
  id: string;
  /** A gap (an aisle, a pillar) is where one run ends and the next begins. */
  runs: PlanRun[];
};

export type PlanRun = {
  /** What the seat is sold as, such as VIP, R, S, A. */
  grade: string;
  /** Number of the first seat. */
  first: number;
  count: number;
  /** From one seat number to the next; 1 where absent, 2 for odd or even rows. */
  step?: number;
  /** Seats on a line: the i-th stands at `at + i * by`. Give `at` or `arc`. */
  at?: [number, number];
  /** [x, y] */
  by?: [number, number];
  arc?: PlanArc;
};

export type PlanSection = {
  id: string;
  name?: string;
  rows: PlanRow[];
};

export type PointCharge = {
  amount: ChargeAmount;
  /** Paid by card. Without it, in demo mode alone: credited at once. */
  method?: "card";
  /** Where a buyer comes back to from the provider: an address of this site, or of one of CORS_ORIGINS. Default: our own page of what is paid for. */
  returnUrl?: string;
};

export type PointCredit = {
  amount: ChargeAmount;
  /** Why: the member reads it in the statement, and it is on record. */
  reason: string;
};

export type PointEntry = {
  id: string;
  kind: PointEntryKind;
  amount: SignedMoney;
  balanceAfter: Money;
  /** The payment, where there is one. */
  reference: string | null;
  /** Of a credit: why it was given. */
  reason: string | null;
  /** RFC 3339, UTC, milliseconds */
  createdAt: string;
};

export type PointEntryKind = "charge" | "credit" | "payment" | "refund";

export type PointEntryPage = {
  items: PointEntry[];
  /** For `?cursor=` of the next page; null: this is the last. */
  nextCursor: string | null;
};

export type Points = {
  balance: Money;
  /** What one charge has to be. */
  chargeMin: Money;
  /** What one charge may be now; 0 where nothing can be charged. */
  chargeMax: Money;
  /** What may still be charged this month. */
  monthLeft: Money;
  /** How points are charged here: `instant`, without a payment, in demo mode alone; `card`. */
  chargeWays: ChargeWay[];
  /** Charges by card that have not ended, newest first. What is yet to be paid counts as charged. */
  underWay: Payment[];
};

export type Postponement = {
  performanceId: string;
  /** RFC 3339, UTC, milliseconds */
  startsAt: string;
  /** RFC 3339, UTC, milliseconds */
  postponedFrom: string;
  /** Until then tickets can be handed back for all that was paid: DELETE /v1/reservations/{id}. */
  answerUntil: string;
  /** Paid reservations that the performance had. */
  total: number;
  /** Their buyers said that they keep their tickets. */
  kept: number;
  /** Cancelled since; the money goes back. */
  handedBack: number;
  /** Nothing was said: their tickets stay good. */
  unanswered: number;
};

export type PostponementAnswer = {
  /** keep: the tickets are good for the new start. To hand them back, DELETE the reservation. */
  answer: "keep";
};

export type Price = {
  amount: number;
  currency: Currency;
};

export type Redrive = {
  id: string;
  /** The name of the consumer. */
  consumer: string;
  cause: string | null;
  state: RedriveState;
  ratePerSecond: number;
  /** Dead letters that it is about, with those that wait. */
  total: number;
  /** Took effect, and left the store. */
  done: number;
  /** Failed again, and stay parked with the new error. */
  failedAgain: number;
  /** Events of the consumer that were parked since it began, and that it is not about. */
  newFailures: number;
  stoppedBecause: RedriveStopReason | null;
  /** Of the one that failed again last, or why it cannot go on right now. */
  lastError: string | null;
  /** What a dry run came to; null before, and where it is none. */
  dryRun: DryRun | null;
  isDryRun: boolean;
  /** RFC 3339, UTC, milliseconds */
  createdAt: string;
  endedAt: string | null;
};

export type RedriveAccepted = {
  id: string;
};

export type RedrivePage = {
  items: Redrive[];
  /** For `?cursor=` of the next page; null: this is the last. */
  nextCursor: string | null;
};

export type RedriveRequest = {
  /** The name of the consumer. */
  consumer: string;
  /** What went wrong, without ids and figures: errors of one cause read the same. */
  cause?: string;
  /** These dead letters; each with what stands before it in its key. */
  ids?: string[];
  /** Events a second; without it 100. */
  ratePerSecond?: number;
  /** Tries one of them, the first of `ids` or the oldest, in a transaction that is rolled back, and says what would happen. */
  dryRun?: boolean;
};

export type RedriveState = "queued" | "running" | "completed" | "stopped";

export type RedriveStopReason = "failing_again" | "requested" | "consumer_unknown";

export type Refresh = {
  refreshToken?: string;
};

export type RefundFailure = {
  reservationId: string;
  /** Of the buyer. */
  name: string;
  amount: Money;
  /** Tries in a row that led to nothing. */
  attempts: number;
};

export type Reservation = {
  id: string;
  status: ReservationStatus;
  performanceId: string;
  accountId: string;
  seats: ReservedSeat[];
  amount: Money;
  /** RFC 3339, UTC, milliseconds */
  createdAt: string;
  /** When the hold lapses unless it is paid. */
  expiresAt: string;
  /** The fencing number; it grows with every owner of a seat. */
  epoch: number;
  /** The start that its buyer agreed to when the performance was postponed. */
  keptFor: string | null;
};

export type ReservationHistory = {
  items: HistoryEntry[];
};

export type ReservationPage = {
  items: Reservation[];
  /** For `?cursor=` of the next page; null: this is the last. */
  nextCursor: string | null;
};

export type ReservationStatus = "held" | "confirmed" | "cancelling" | "cancelled" | "expired";

export type ReservedSeat = {
  id: string;
  section: string;
  row: string;
  number: number;
  grade: string;
  price: Money;
};

export type Role = "member" | "seller" | "manager" | "driver";

export type RoleAction = "grant" | "revoke";

export type RoleChange = {
  role: EnrolledRole;
  action?: RoleAction;
};

export type Room = {
  performanceId: string;
  ratePerSecond: number;
  /** Active passes at once. */
  concurrency: number;
  /** How long somebody who was passed over keeps the place; it runs while people are admitted. */
  graceMs: number;
  state: RoomState;
  /** While the rate is changed for a crowd of the demonstration: the one that comes back. */
  rateBefore?: number;
  /** One more with each change; `"<version>"` is an If-Match. */
  version: number;
  /** RFC 3339, UTC, milliseconds */
  opensAt: string;
  /** RFC 3339, UTC, milliseconds */
  closesAt: string;
  /** People in line who are there. */
  waiting: number;
  /** People in line who were not heard of for a while. */
  silent: number;
  /** Passes in use. */
  active: number;
  admittedTotal: number;
  /** Admissions per second, measured over the last seconds. */
  currentRate: number;
};

export type RoomChange = {
  ratePerSecond?: number;
  /** Active passes at once. */
  concurrency?: number;
  /** How long somebody who was passed over keeps the place; it runs while people are admitted. */
  graceMs?: number;
  state?: RoomState;
};

export type RoomEntry = {
  entryId: string;
  /** The place in the sequence of arrivals; it never changes. */
  number: number;
  status: EntryStatus;
  /** People who wait with a smaller number; exact. */
  ahead: number;
  /** People who wait with a larger number; exact. */
  behind: number;
  /** From the measured rate of admission; null while nobody is being admitted. */
  estimatedWaitMs: number | null;
  /** When to ask again. */
  pollAfterMs: number;
  /** How long the place is kept once others were admitted before you because you were not heard of; it runs while people are admitted. */
  graceMs: number;
  /** Send it as `Room-Pass`. */
  pass?: string;
  /** RFC 3339, UTC, milliseconds */
  passExpiresAt?: string;
  /** No seat is left at the moment; some may be given back. */
  soldOut?: true;
  /** All seats that are left are held, or wanted by those inside: nobody is admitted until some come back, and then the next in line. */
  seatsSpokenFor?: true;
};

export type RoomPage = {
  items: Room[];
  /** For `?cursor=` of the next page; null: this is the last. */
  nextCursor: string | null;
};

export type RoomState = "open" | "paused" | "draining" | "closed";

export type RoomStats = {
  performanceId: string;
  waiting: number;
  active: number;
  admittedTotal: number;
  free: number | null;
  held: number | null;
  sold: number | null;
};

export type Saga = {
  steps: SagaStep[];
};

export type SagaMethod = "points" | "card";

export type SagaState = "pending" | "parked" | "done" | "failed" | "undone";

export type SagaStep = {
  name: SagaStepName;
  state: SagaState;
  /** RFC 3339, UTC, milliseconds */
  since: string;
  /** Tries in a row that led to nothing; 0: all is well. */
  attempts: number;
  /** Of the last try; told to the seller and to managers alone. */
  error?: string;
  /** What it is parked for, as GET /v1/dead-letters/groups has it; told to those alone, too. */
  cause?: string;
  /** What it is, or what it waits for, in a sentence. */
  text: string;
  paymentId?: string;
  method?: SagaMethod;
  /** Of the payment. */
  status?: string;
  /** Why the payment is in its state. */
  reason?: string;
  /** See GET /v1/events/consumers. */
  consumer?: string;
};

export type SagaStepName = "hold" | "payment" | "tickets" | "new-date" | "cancellation" | "refund" | "consumer";

export type ScanStatus = "checked_in" | "refused";

export type SeatMap = {
  performanceId: string;
  planHash: string;
  /** The seat plan; never changes, cache it for good. */
  planUrl: string;
  /** Deltas; resume it with `version` as Last-Event-ID. */
  streamUrl: string;
  /** Grows; deltas after it bring this state forward. */
  version: number;
  capacity: number;
  remaining: { [key: string]: number };
  /** One character per seat in the order of the plan: 0 free, 1 held, 2 sold. */
  state: string;
};

export type SeatPlan = {
  planHash: string;
  capacity: number;
  grades: string[];
  /** The same plan spelled out, one object per seat. */
  seatsUrl: string;
  plan: Plan;
};

export type SellingNow = {
  rank: number;
  performanceId: string;
  concertId: string;
  title: string;
  /** For readers of English; null: as for everybody. */
  titleEn: string | null;
  artist: string;
  /** For readers of English; null: as for everybody. */
  artistEn: string | null;
  venue: string;
  /** For readers of English; null: as for everybody. */
  venueEn: string | null;
  /** IANA name */
  timeZone: string;
  /** RFC 3339, UTC, milliseconds */
  startsAt: string;
  /** RFC 3339, UTC, milliseconds */
  opensAt: string;
  capacity: number;
  /** Seats sold by now. */
  sold: number;
  /** Seats that are free now. */
  remainingTotal: number;
  /** Seats sold less those given back. */
  soldInWindow: number;
};

export type SellingNowPage = {
  items: SellingNow[];
  nextCursor: null;
};

export type Session = {
  /** Send it as `Authorization: Bearer`. */
  accessToken: string;
  /** When the access token ends. */
  expiresAt: string;
  /** Good for one POST /v1/sessions/refresh. */
  refreshToken: string;
  accountId: string;
};

export type SettledScan = {
  id: string;
  status: ScanStatus;
  checkIn?: CheckIn;
  /** Why it was refused, as POST /v1/check-ins would say. */
  code?: string;
  reason?: string;
  /** Where somebody was let in before. */
  gate?: string;
  /** RFC 3339, UTC, milliseconds */
  checkedInAt?: string;
  seat?: TicketSeat;
};

export type SettledScans = {
  /** One for each scan, in their order. */
  items: SettledScan[];
};

export type SignUp = {
  email: string;
  password: string;
  name: string;
  /** Of mails; without it `ko`. */
  language?: Language;
};

export type SignedMoney = {
  amount: number;
  currency: Currency;
};

export type SimulatedCheckout = {
  paymentId: string;
  amount: Money;
  isOpen: boolean;
};

export type SimulatedDecision = {
  decision: "pay" | "decline" | "leave";
  /** What the provider does when it is told to take the money. */
  behaviour?: "normal" | "decline" | "delay" | "timeout" | "late" | "duplicate" | "reordered" | "other-amount";
};

export type SimulatedRedirect = {
  redirectUrl: string;
};

export type Stage = {
  id: string;
  name: string;
  /** For readers of English; null: as for everybody. */
  nameEn: string | null;
  capacity: number;
  /** Seats by grade. */
  grades: { [key: string]: number };
  planUrl: string;
};

export type StageChange = {
  id?: string;
  name: string;
  /** For readers of English; null: as for everybody. */
  nameEn?: string | null;
  /** Needed where the stage is new. */
  plan?: Plan;
};

export type StagePlace = {
  x: number;
  y: number;
  width: number;
  height: number;
};

export type Stats = {
  point: StatsPoint;
  holdsUndecided: number;
  /** Since the process began: held, and refusals by their code. */
  holdOutcomes: { [key: string]: number };
  holdsExpired: number;
  paymentOutcomes: { [key: string]: number };
  batches: BatchStats[];
  roomWritesQueued: number;
  /** The rooms in which most people are. */
  rooms: RoomStats[];
  logPosition: number;
  eventsPerSecond: number;
  consumers: ConsumerStats[];
};

export type StatsPage = {
  /** Null in the first two seconds of a process. */
  latest: Stats | null;
  /** The last ten minutes, oldest first. */
  history: StatsPoint[];
};

export type StatsPoint = {
  /** RFC 3339, UTC, milliseconds */
  at: string;
  /** Holds of seats decided, a second. */
  holds: number;
  /** Of these, those that got their seats. */
  won: number;
  /** Payments that sold seats, a second. */
  paid: number;
  /** People let in, a second. */
  admitted: number;
  waiting: number;
  active: number;
  /** Seats held, of all performances. */
  held: number;
  sold: number;
  /** Of the consumer of events that is furthest behind. */
  lag: number;
};

export type Takings = {
  concertId: string;
  total: TakingsTotal;
  /** By day, performance and grade, where something was paid or refunded. */
  items: TakingsLine[];
};

export type TakingsLine = {
  /** By the clock of the venue, such as 2027-03-01. */
  day: string;
  performanceId: string;
  /** RFC 3339, UTC, milliseconds */
  startsAt: string;
  grade: string;
  seatsPaid: number;
  paid: Money;
  seatsRefunded: number;
  refunded: Money;
  /** Paid less refunded; below zero on a day of refunds. */
  net: SignedMoney;
};

export type TakingsTotal = {
  seatsPaid: number;
  paid: Money;
  seatsRefunded: number;
  refunded: Money;
  /** Paid less refunded; below zero on a day of refunds. */
  net: SignedMoney;
};

export type Ticket = {
  id: string;
  reservationId: string;
  performanceId: string;
  seat: TicketSeat;
  /** Unique; can be typed where the QR code cannot be read. */
  code: string;
  status: TicketStatus;
  /** RFC 3339, UTC, milliseconds */
  issuedAt: string;
};

export type TicketPage = {
  items: Ticket[];
  /** For `?cursor=` of the next page; null: this is the last. */
  nextCursor: string | null;
};

export type TicketSeat = {
  id: string;
  section: string;
  row: string;
  number: number;
  grade: string;
};

export type TicketStatus = "valid" | "void" | "used";

export type TicketWithQr = {
  id: string;
  reservationId: string;
  performanceId: string;
  seat: TicketSeat;
  /** Unique; can be typed where the QR code cannot be read. */
  code: string;
  status: TicketStatus;
  /** RFC 3339, UTC, milliseconds */
  issuedAt: string;
  /** What the QR code says: the code, signed with a key of the published set, so that a door can check it without network. */
  qr: string;
  /** Until when the signature can be checked; read the ticket again for a new one. */
  qrExpiresAt: string;
  /** The same as a picture, SVG. */
  qrSvg: string;
};

export type Venue = {
  id: string;
  name: string;
  /** For readers of English; null: as for everybody. */
  nameEn: string | null;
  address: string;
  /** For readers of English; null: as for everybody. */
  addressEn: string | null;
  /** IANA name */
  timeZone: string;
  sellerId: string;
  stages: Stage[];
  /** RFC 3339, UTC, milliseconds */
  createdAt: string;
  /** One more with each change; `"<version>"` is an If-Match. */
  version: number;
};

export type VenueChange = {
  name?: string;
  /** For readers of English; null: as for everybody. */
  nameEn?: string | null;
  address?: string;
  /** For readers of English; null: as for everybody. */
  addressEn?: string | null;
  /** IANA name */
  timeZone?: string;
  /** All that it will have: with an id those that stay, without one those that are new. */
  stages?: StageChange[];
};

export type VenuePage = {
  items: Venue[];
  /** For `?cursor=` of the next page; null: this is the last. */
  nextCursor: string | null;
};

export type Visibility = "draft" | "published" | "hidden";

/** What each operation takes and gives. */
export type Operations = {
  addGate: {
    params: { id: string };
    query: undefined;
    body: NewGate;
    answer: Gate;
  };
  answerPostponement: {
    params: { id: string };
    query: undefined;
    body: PostponementAnswer;
    answer: Reservation;
  };
  cancelPerformance: {
    params: { id: string };
    query: undefined;
    body: NewCancellation;
    answer: Cancellation;
  };
  cancelReservation: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: Reservation;
  };
  changeConcert: {
    params: { id: string };
    query: undefined;
    body: ConcertChange;
    answer: Concert;
  };
  changePerformance: {
    params: { id: string };
    query: undefined;
    body: PerformanceChange;
    answer: Performance;
  };
  changeRole: {
    params: { id: string };
    query: undefined;
    body: RoleChange;
    answer: Account;
  };
  changeRoom: {
    params: { id: string };
    query: undefined;
    body: RoomChange;
    answer: Room;
  };
  changeVenue: {
    params: { id: string };
    query: undefined;
    body: VenueChange;
    answer: Venue;
  };
  chargePoints: {
    params: undefined;
    query: undefined;
    body: PointCharge;
    answer: Payment | Charge;
  };
  checkIn: {
    params: undefined;
    query: undefined;
    body: NewCheckIn;
    answer: CheckIn;
  };
  confirmEmail: {
    params: undefined;
    query: undefined;
    body: EmailConfirmation;
    answer: ConfirmedEmail;
  };
  confirmPayment: {
    params: { id: string };
    query: undefined;
    body: PaymentConfirmation;
    answer: Payment;
  };
  createConcert: {
    params: undefined;
    query: undefined;
    body: NewConcert;
    answer: Concert;
  };
  createPerformance: {
    params: { id: string };
    query: undefined;
    body: NewPerformance;
    answer: Performance;
  };
  createVenue: {
    params: undefined;
    query: undefined;
    body: NewVenue;
    answer: Venue;
  };
  creditPoints: {
    params: { id: string };
    query: undefined;
    body: PointCredit;
    answer: PointEntry;
  };
  decideSimulatedCheckout: {
    params: { id: string };
    query: undefined;
    body: SimulatedDecision;
    answer: SimulatedRedirect;
  };
  discardDeadLetters: {
    params: undefined;
    query: undefined;
    body: DiscardRequest;
    answer: DeadLettersDiscarded;
  };
  enrol: {
    params: undefined;
    query: undefined;
    body: Enrolment;
    answer: Account;
  };
  getCancellation: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: Cancellation;
  };
  getConcert: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: Concert;
  };
  getCrowd: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: Crowd;
  };
  getDeadLetter: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: DeadLetter;
  };
  getDemoGate: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: DemoGateAnswer;
  };
  getDoor: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: Door;
  };
  getDoorList: {
    params: { id: string };
    query: { limit?: number; cursor?: string; format?: "json" | "csv" };
    body: undefined;
    answer: DoorEntryPage;
  };
  getDoorTickets: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: OfflineList;
  };
  getFigures: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: StatsPage;
  };
  getOwnGate: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: Gate;
  };
  getPayment: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: PaymentDetails;
  };
  getPerformance: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: Performance;
  };
  getPoints: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: Points;
  };
  getPostponement: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: Postponement;
  };
  getRedrive: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: Redrive;
  };
  getReservation: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: Reservation;
  };
  getReservationHistory: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: ReservationHistory;
  };
  getReservationSaga: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: Saga;
  };
  getRoom: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: Room;
  };
  getRoomEntry: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: RoomEntry;
  };
  getSeatPlan: {
    params: { hash: string };
    query: undefined;
    body: undefined;
    answer: SeatPlan;
  };
  getSeats: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: SeatMap;
  };
  getSimulatedCheckout: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: SimulatedCheckout;
  };
  getTakings: {
    params: { id: string };
    query: { format?: "json" | "csv" };
    body: undefined;
    answer: Takings;
  };
  getTicket: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: TicketWithQr;
  };
  getVenue: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: Venue;
  };
  joinRoom: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: RoomEntry;
  };
  leaveRoom: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  listAccounts: {
    params: undefined;
    query: { limit?: number; cursor?: string; q?: string; role?: Role };
    body: undefined;
    answer: AccountPage;
  };
  listAdmissionConflicts: {
    params: { id: string };
    query: { limit?: number; cursor?: string };
    body: undefined;
    answer: AdmissionConflictPage;
  };
  listAudit: {
    params: undefined;
    query: { limit?: number; cursor?: string };
    body: undefined;
    answer: AuditEntryPage;
  };
  listBuyers: {
    params: { id: string };
    query: { limit?: number; cursor?: string; format?: "json" | "csv" };
    body: undefined;
    answer: BuyerPage;
  };
  listConcerts: {
    params: undefined;
    query: { limit?: number; cursor?: string; q?: string; from?: string; to?: string; category?: string; sellerId?: string; when?: "upcoming" | "past" | "opening"; status?: PerformanceStatus; language?: "ko" | "en"; sort?: "date" | "title" | "popularity" | "newest" };
    body: undefined;
    answer: ConcertSummaryPage;
  };
  listDeadLetterGroups: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: DeadLetterGroupPage;
  };
  listGates: {
    params: { id: string };
    query: { limit?: number; cursor?: string };
    body: undefined;
    answer: GatePage;
  };
  listOwnConcerts: {
    params: undefined;
    query: { limit?: number; cursor?: string };
    body: undefined;
    answer: ConcertSummaryPage;
  };
  listPaymentMethods: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: PaymentMethods;
  };
  listPointEntries: {
    params: undefined;
    query: { limit?: number; cursor?: string };
    body: undefined;
    answer: PointEntryPage;
  };
  listRedrives: {
    params: undefined;
    query: { limit?: number; cursor?: string };
    body: undefined;
    answer: RedrivePage;
  };
  listReservationPayments: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: PaymentList;
  };
  listReservations: {
    params: undefined;
    query: { limit?: number; cursor?: string; performanceId?: string; scope?: "own" | "all" };
    body: undefined;
    answer: ReservationPage;
  };
  listRooms: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: RoomPage;
  };
  listTickets: {
    params: undefined;
    query: { limit?: number; cursor?: string };
    body: undefined;
    answer: TicketPage;
  };
  listVenues: {
    params: undefined;
    query: { limit?: number; cursor?: string };
    body: undefined;
    answer: VenuePage;
  };
  logIn: {
    params: undefined;
    query: undefined;
    body: LogIn;
    answer: Session;
  };
  logOut: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  payReservation: {
    params: { id: string };
    query: undefined;
    body: NewPayment;
    answer: Payment;
  };
  postponePerformance: {
    params: { id: string };
    query: undefined;
    body: NewPostponement;
    answer: Postponement;
  };
  rankFastestSoldOut: {
    params: undefined;
    query: { limit?: number };
    body: undefined;
    answer: FastestSoldOutPage;
  };
  rankSellingNow: {
    params: undefined;
    query: { limit?: number; minutes?: number };
    body: undefined;
    answer: SellingNowPage;
  };
  readKeySet: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: Response;
  };
  readOwnAccount: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: Account;
  };
  redriveDeadLetters: {
    params: undefined;
    query: undefined;
    body: RedriveRequest;
    answer: RedriveAccepted;
  };
  refreshSession: {
    params: undefined;
    query: undefined;
    body: Refresh;
    answer: Session;
  };
  removePerformance: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  removeVenue: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  requestEmailConfirmation: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  reserveSeats: {
    params: undefined;
    query: undefined;
    body: NewReservation;
    answer: Reservation;
  };
  revokeGate: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  sendCrowd: {
    params: undefined;
    query: undefined;
    body: NewCrowd;
    answer: Crowd;
  };
  settleScans: {
    params: undefined;
    query: undefined;
    body: DoorScans;
    answer: SettledScans;
  };
  signUp: {
    params: undefined;
    query: undefined;
    body: SignUp;
    answer: Account;
  };
  stopCrowd: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: Crowd;
  };
  stopRedrive: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  undoCheckIn: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
};

/** Method, address, whether it takes an Idempotency-Key, and who may call it: `known` is anyone, and more for some with a token. */
export const operations = {
  addGate: ['POST', '/v1/performances/{id}/gates', true, 'member'],
  answerPostponement: ['POST', '/v1/reservations/{id}/postponement-answers', true, 'member'],
  cancelPerformance: ['POST', '/v1/performances/{id}/cancellation', true, 'member'],
  cancelReservation: ['DELETE', '/v1/reservations/{id}', true, 'member'],
  changeConcert: ['PATCH', '/v1/concerts/{id}', true, 'member'],
  changePerformance: ['PATCH', '/v1/performances/{id}', true, 'member'],
  changeRole: ['POST', '/v1/accounts/{id}/roles', true, 'member'],
  changeRoom: ['PATCH', '/v1/performances/{id}/room', true, 'member'],
  changeVenue: ['PATCH', '/v1/venues/{id}', true, 'member'],
  chargePoints: ['POST', '/v1/points/charges', true, 'member'],
  checkIn: ['POST', '/v1/check-ins', true, 'member'],
  confirmEmail: ['POST', '/v1/email-confirmations', true, 'anyone'],
  confirmPayment: ['POST', '/v1/payments/{id}/confirmations', true, 'member'],
  createConcert: ['POST', '/v1/concerts', true, 'member'],
  createPerformance: ['POST', '/v1/concerts/{id}/performances', true, 'member'],
  createVenue: ['POST', '/v1/venues', true, 'member'],
  creditPoints: ['POST', '/v1/accounts/{id}/credits', true, 'member'],
  decideSimulatedCheckout: ['POST', '/v1/simulated-checkouts/{id}/decisions', true, 'member'],
  discardDeadLetters: ['POST', '/v1/dead-letters/discards', true, 'member'],
  enrol: ['POST', '/v1/enrolments', true, 'member'],
  getCancellation: ['GET', '/v1/performances/{id}/cancellation', false, 'member'],
  getConcert: ['GET', '/v1/concerts/{id}', false, 'known'],
  getCrowd: ['GET', '/v1/demo/crowds/current', false, 'member'],
  getDeadLetter: ['GET', '/v1/dead-letters/{id}', false, 'member'],
  getDemoGate: ['GET', '/v1/demo/gate', false, 'anyone'],
  getDoor: ['GET', '/v1/performances/{id}/door', false, 'member'],
  getDoorList: ['GET', '/v1/performances/{id}/door-list', false, 'member'],
  getDoorTickets: ['GET', '/v1/performances/{id}/door/tickets', false, 'member'],
  getFigures: ['GET', '/v1/operations/figures', false, 'member'],
  getOwnGate: ['GET', '/v1/gates/current', false, 'anyone'],
  getPayment: ['GET', '/v1/payments/{id}', false, 'member'],
  getPerformance: ['GET', '/v1/performances/{id}', false, 'known'],
  getPoints: ['GET', '/v1/points', false, 'member'],
  getPostponement: ['GET', '/v1/performances/{id}/postponement', false, 'member'],
  getRedrive: ['GET', '/v1/dead-letters/redrives/{id}', false, 'member'],
  getReservation: ['GET', '/v1/reservations/{id}', false, 'member'],
  getReservationHistory: ['GET', '/v1/reservations/{id}/history', false, 'member'],
  getReservationSaga: ['GET', '/v1/reservations/{id}/saga', false, 'member'],
  getRoom: ['GET', '/v1/performances/{id}/room', false, 'member'],
  getRoomEntry: ['GET', '/v1/performances/{id}/room/entries/me', false, 'member'],
  getSeatPlan: ['GET', '/v1/seat-plans/{hash}', false, 'anyone'],
  getSeats: ['GET', '/v1/performances/{id}/seats', false, 'known'],
  getSimulatedCheckout: ['GET', '/v1/simulated-checkouts/{id}', false, 'member'],
  getTakings: ['GET', '/v1/concerts/{id}/takings', false, 'member'],
  getTicket: ['GET', '/v1/tickets/{id}', false, 'member'],
  getVenue: ['GET', '/v1/venues/{id}', false, 'member'],
  joinRoom: ['POST', '/v1/performances/{id}/room/entries', true, 'member'],
  leaveRoom: ['DELETE', '/v1/performances/{id}/room/entries/me', true, 'member'],
  listAccounts: ['GET', '/v1/accounts', false, 'member'],
  listAdmissionConflicts: ['GET', '/v1/performances/{id}/admission-conflicts', false, 'member'],
  listAudit: ['GET', '/v1/operations/audit', false, 'member'],
  listBuyers: ['GET', '/v1/performances/{id}/buyers', false, 'member'],
  listConcerts: ['GET', '/v1/concerts', false, 'anyone'],
  listDeadLetterGroups: ['GET', '/v1/dead-letters/groups', false, 'member'],
  listGates: ['GET', '/v1/performances/{id}/gates', false, 'member'],
  listOwnConcerts: ['GET', '/v1/selling/concerts', false, 'member'],
  listPaymentMethods: ['GET', '/v1/payment-methods', false, 'anyone'],
  listPointEntries: ['GET', '/v1/points/entries', false, 'member'],
  listRedrives: ['GET', '/v1/dead-letters/redrives', false, 'member'],
  listReservationPayments: ['GET', '/v1/reservations/{id}/payments', false, 'member'],
  listReservations: ['GET', '/v1/reservations', false, 'member'],
  listRooms: ['GET', '/v1/rooms', false, 'member'],
  listTickets: ['GET', '/v1/tickets', false, 'member'],
  listVenues: ['GET', '/v1/venues', false, 'member'],
  logIn: ['POST', '/v1/sessions', false, 'anyone'],
  logOut: ['DELETE', '/v1/sessions/current', false, 'member'],
  payReservation: ['POST', '/v1/reservations/{id}/payments', true, 'member'],
  postponePerformance: ['POST', '/v1/performances/{id}/postponement', true, 'member'],
  rankFastestSoldOut: ['GET', '/v1/rankings/fastest-sold-out', false, 'anyone'],
  rankSellingNow: ['GET', '/v1/rankings/selling-now', false, 'anyone'],
  readKeySet: ['GET', '/.well-known/jwks.json', false, 'anyone'],
  readOwnAccount: ['GET', '/v1/accounts/me', false, 'member'],
  redriveDeadLetters: ['POST', '/v1/dead-letters/redrives', true, 'member'],
  refreshSession: ['POST', '/v1/sessions/refresh', false, 'anyone'],
  removePerformance: ['DELETE', '/v1/performances/{id}', true, 'member'],
  removeVenue: ['DELETE', '/v1/venues/{id}', true, 'member'],
  requestEmailConfirmation: ['POST', '/v1/accounts/me/email-confirmations', true, 'member'],
  reserveSeats: ['POST', '/v1/reservations', true, 'member'],
  revokeGate: ['DELETE', '/v1/gates/{id}', true, 'member'],
  sendCrowd: ['POST', '/v1/demo/crowds', false, 'member'],
  settleScans: ['POST', '/v1/check-ins/batches', true, 'member'],
  signUp: ['POST', '/v1/accounts', true, 'anyone'],
  stopCrowd: ['DELETE', '/v1/demo/crowds/current', false, 'member'],
  stopRedrive: ['DELETE', '/v1/dead-letters/redrives/{id}', true, 'member'],
  undoCheckIn: ['DELETE', '/v1/check-ins/{id}', true, 'member'],
} as const;
