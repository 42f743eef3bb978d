import type { StoredEvent } from '../../platform/events/event.ts';
import type { ConsumerStatus } from '../../platform/events/feed.ts';
import type { DeadLetter } from '../../platform/events/ports.ts';
import type { PaymentProgress } from '../payments/index.ts';
import type { SagaStepView } from './contract.ts';
import type { ReservationRecord } from './model.ts';
import { SAGA, type SagaRule, type SagaState, type SagaStepName, sagaRule } from './saga.ts';

/** What is known of a reservation's saga; the events in the order of their saving. */
export type SagaFacts = {
  readonly record: ReservationRecord;
  /** Of the reservation, and of its performance since it was made. */
  readonly events: readonly Pick<StoredEvent, 'type' | 'occurredAt' | 'position'>[];
  readonly payments: readonly PaymentProgress[];
  /** Of its events and its refunds, oldest first. */
  readonly deadLetters: readonly DeadLetter[];
  /** Durable consumers by name, with the types of events that they take. */
  readonly consumers: readonly { readonly name: string; readonly types: ReadonlySet<string> }[];
  /** By consumer, up to which position events of this performance took effect. */
  readonly marks: ReadonlyMap<string, number>;
  readonly statuses: readonly ConsumerStatus[];
};

/** How a state of a payment shows in the steps that are told of each payment. */
const PAYMENT_STATES: Readonly<
  Record<PaymentProgress['status'], { readonly payment: SagaState; readonly refund?: SagaState }>
> = {
  requested: { payment: 'pending' },
  unknown: { payment: 'pending' },
  succeeded: { payment: 'done' },
  failed: { payment: 'failed' },
  refunding: { payment: 'undone', refund: 'pending' },
  refunded: { payment: 'undone', refund: 'done' },
};

/**
 * What happened to a reservation, and what is pending since when and why, in the order of the saga. Steps of a payment come
 * for each payment; at the end stands what follows behind the events, such as mails and rankings.
 */
export function tellSaga(facts: SagaFacts): readonly SagaStepView[] {
  const { record, payments, deadLetters } = facts;
  const created = { type: 'reservation.created', occurredAt: record.createdAt, position: 0 };
  const events = [created, ...facts.events];
  return [
    ...SAGA.flatMap((rule) => {
      if (rule.name === 'payment' || rule.name === 'refund')
        return payments.flatMap((payment) => ofPayment(rule.name, payment, deadLetters));
      return byEvents(rule, events);
    }),
    ...facts.consumers.flatMap((consumer) => ofConsumer(facts, consumer)),
  ];
}

function byEvents(
  rule: SagaRule & { readonly name: SagaStepName },
  events: SagaFacts['events'],
): readonly SagaStepView[] {
  let step: SagaStepView | undefined;
  for (const { type, occurredAt } of events) {
    const begins = isIn(rule.begins, type);
    if (!step && !begins && !isIn(rule.ends, type)) continue;
    const to = stateAfter(rule, type);
    // A new date asks again; what has ended otherwise stays ended.
    if (to) step = view(rule.name, to, { since: occurredAt, attempts: 0 }, rule.says[to]);
  }
  return step ? [step] : [];
}

function isIn(types: SagaRule['begins'], type: string): boolean {
  return types.some((one) => one.type === type);
}

function stateAfter(rule: SagaRule, type: string): SagaState | undefined {
  if (isIn(rule.undoneBy, type)) return 'undone';
  if (isIn(rule.ends, type)) return 'done';
  if (isIn(rule.fails, type)) return 'failed';
  return isIn(rule.begins, type) ? 'pending' : undefined;
}

function ofPayment(
  name: 'payment' | 'refund',
  payment: PaymentProgress,
  deadLetters: SagaFacts['deadLetters'],
): readonly SagaStepView[] {
  const { status, updatedAt, attempts, error, id: paymentId, method, reason, isGivenUp } = payment;
  const told = PAYMENT_STATES[status][name];
  if (!told) return [];
  const isRefused = name === 'refund' && isGivenUp;
  // One that is given up and no dead letter any more was discarded.
  const state = isRefused ? 'failed' : told;
  // The tries are those of what is on its way.
  const tries = told === 'pending' ? { attempts, error } : { attempts: 0, error: null };
  const more = { paymentId, method, status, ...(reason === null ? {} : { reason }) };
  const letter = isRefused ? deadLetters.find(({ subject }) => subject === paymentId) : undefined;
  if (letter) return [{ ...parked(name, letter, REFUND_PARKED), ...more }];
  const text = sagaRule(name).says[state];
  return [{ ...view(name, state, { since: updatedAt, ...tries }, text), ...more }];
}

function ofConsumer(
  { events, marks, statuses, deadLetters }: SagaFacts,
  { name: consumer, types }: SagaFacts['consumers'][number],
): readonly SagaStepView[] {
  const taken = events.filter(({ type }) => types.has(type));
  const letter = deadLetters.find((one) => one.consumer === consumer);
  if (letter) return [{ ...parked('consumer', letter, consumerParked(letter)), consumer }];
  const mark = marks.get(consumer) ?? 0;
  const open = taken.find(({ position }) => position > mark);
  const last = open ?? taken.at(-1);
  if (!last) return [];
  const failure = open && statuses.find((status) => status.name === consumer)?.failure;
  const tries = { attempts: failure?.attempts ?? 0, error: failure?.error ?? null };
  const text = open
    ? `${consumer} has not heard of ${open.type} yet.`
    : `${consumer} has heard of everything.`;
  const step = view('consumer', open ? 'pending' : 'done', { since: last.occurredAt, ...tries }, text);
  return [{ ...step, consumer }];
}

const REFUND_PARKED =
  'The provider refuses to give the money back; it is asked again once a manager says so.';

function consumerParked({ consumer, type, cause }: DeadLetter): string {
  return cause === null
    ? `${type} waits for ${consumer} behind a dead letter of the same performance.`
    : `${consumer} could not take ${type}; a manager has to look.`;
}

/** A step that hangs at a dead letter. */
function parked(name: SagaStepView['name'], letter: DeadLetter, text: string): SagaStepView {
  const { cause } = letter;
  return { ...view(name, 'parked', letter, text), ...(cause === null ? {} : { cause }) };
}

function view(
  name: SagaStepView['name'],
  state: SagaStepView['state'],
  {
    since,
    attempts,
    error,
  }: { readonly since: number; readonly attempts: number; readonly error?: string | null },
  text: string,
): SagaStepView {
  return {
    name,
    state,
    since: new Date(since).toISOString(),
    attempts,
    ...(error ? { error } : {}),
    text,
  };
}
