/**
 * The steps of the saga and the faults that can meet each of them. A step is known by a statement of its transaction,
 * so that the program needs no hooks: `faults.ts` stands between it and PostgreSQL.
 */

/** A named statement as it goes to PostgreSQL. */
export type Call = { readonly name: string; readonly values: readonly unknown[] };

const by =
  (name: string, when: (values: readonly unknown[]) => boolean = () => true) =>
  (call: Call): boolean =>
    call.name === name && when(call.values);

const movesTo = (status: string) => by('payment_move', (values) => values[1] === status);

/** Events that take effect at a durable consumer; its name may go on with what is of one broker. */
const reaches = (consumer: string) =>
  by('advance-event-consumer', (values) => {
    const [name, , , marks] = values as [string, unknown, unknown, readonly unknown[]];
    return (name === consumer || name.startsWith(`${consumer}.`)) && marks.length > 0;
  });

const saves = (type: string) => by('append-events', ([events]) => String(events).includes(`"${type}"`));

/** In the order in which a reservation meets them. */
export const STEPS = {
  'hold made': (call: Call) => call.name === 'hold-seats' || call.name === 'hold-seats-alone',
  'payment requested': by('payment_insert_requested'),
  'order made at the provider': by('simulated_create'),
  'checkout address kept': by('payment_keep_checkout'),
  'buyer decides at the provider': by('simulated_decide'),
  'confirmation begun': movesTo('unknown'),
  'money taken at the provider': by('simulated_charge'),
  'refusal recorded': movesTo('failed'),
  'charge recorded, seats sold, tickets issued': by('payment_sell'),
  'points taken, seats sold, tickets issued': by('checkout_write_paid'),
  'points bought by card credited': by('append-events', ([events]) =>
    /"points\.charged".*"paymentId":"/.test(String(events)),
  ),
  'callback noted': by('payment_note_callback'),
  'callback answered': by('simulated_callback_sent'),
  'question put off': by('payment_postpone'),
  'events at the ranking': reaches('ranking'),
  'events at the waiting room': reaches('waiting-room'),
  'events at the cancellations': reaches('reservations.cancellations'),
  'events at the export': reaches('export'),
  'events at the mail': reaches('mail'),
  'cancellation accepted': saves('reservation.cancellation-requested'),
  'cancelled, seats released': saves('reservation.cancelled'),
  'late money found': movesTo('refunding'),
  'refunded at the provider': by('simulated_refund'),
  'refund recorded': movesTo('refunded'),
  'hold expired, seats released': saves('reservation.expired'),
} as const satisfies Readonly<Record<string, (call: Call) => boolean>>;

/** What only a feed with brokers has. */
export const BROKER_STEPS = {
  'events published': (call: Call) => reaches('kafka-relay')(call) || reaches('rabbitmq-relay')(call),
} as const;

export const FAULTS = {
  'crash before': 'the process is killed just before the commit',
  'crash after': 'the process is killed just after the commit, before anyone hears of it',
  duplicate: 'the answer to the commit is lost: who asked asks again',
  delay: 'the statement is sent late',
  reorder: 'the commit waits until a later transaction has committed',
} as const;

export type StepName = keyof typeof STEPS | keyof typeof BROKER_STEPS;
export type FaultName = keyof typeof FAULTS;
const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

export type Cell = { readonly step: StepName; readonly fault: FaultName };

export const isCrash = ({ fault }: Cell): boolean => fault.startsWith('crash');

export const allCells = (steps: readonly StepName[]): readonly Cell[] =>
  steps.flatMap((step) => FAULT_NAMES.map((fault) => ({ step, fault })));

/** Each step once, each fault but crashes in turn. */
export const someCells = (steps: readonly StepName[]): readonly Cell[] => {
  const faults = ['duplicate', 'delay', 'reorder'] as const satisfies readonly FaultName[];
  return steps.map((step, index) => ({ step, fault: faults[index % faults.length]! }));
};

export const nameOf = ({ step, fault }: Cell): string => `${step} / ${fault}`;

/** The matrix, as lines: which of these cells were met, and which are missing. */
export function toTable(cells: readonly Cell[], missing: readonly Cell[]): readonly string[] {
  const steps = [...new Set(cells.map(({ step }) => step))];
  const mark = (step: StepName, fault: FaultName) => {
    const isThis = (cell: Cell) => cell.step === step && cell.fault === fault;
    if (missing.some(isThis)) return 'missing';
    return cells.some(isThis) ? 'met' : '';
  };
  const rows = steps.map((step) => [step, ...FAULT_NAMES.map((fault) => mark(step, fault))]);
  return [['step', ...FAULT_NAMES], ...rows].map((row) => `| ${row.join(' | ')} |`);
}
