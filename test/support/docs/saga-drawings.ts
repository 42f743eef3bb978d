import { paymentTransitions } from '../../../src/modules/payments/payment-states.ts';
import { reservationTransitions } from '../../../src/modules/reservations/model.ts';
import { SAGA, type SagaRule, type SagaStepName, sagaRule } from '../../../src/modules/reservations/saga.ts';
import type { EventConsumer, EventType } from '../../../src/platform/events/event.ts';

/** What follows behind an event, on record or in the memory of each process. */
const takersOf = (consumers: readonly EventConsumer[], type: string) =>
  consumers.filter(({ types }) => types.some((one) => one.type === type));

const code = (types: readonly EventType[]) => types.map(({ type }) => `\`${type}\``).join(', ');

/** The saga as docs/events.md shows it: who reacts to what, the states, and how it goes. */
export function drawSaga(consumers: readonly EventConsumer[]): string {
  return [
    '## The saga of a reservation',
    '',
    'By choreography: each step begins and ends with events that are saved in the transaction of what they tell of. The steps stand, each with what undoes it, in `modules/reservations/saga.ts`; `GET /v1/reservations/{id}/saga` tells how far a reservation is.',
    '',
    '| step | actor | command | begins with | ends with | fails with | undone by | what undoing does |',
    '|---|---|---|---|---|---|---|---|',
    ...SAGA.map((rule: SagaRule) => {
      const { name, actor, command, begins, ends, fails, undoneBy, compensation } = rule;
      const cells = [
        actor,
        command,
        code(begins),
        code(ends),
        code(fails),
        code(undoneBy),
        compensation ?? '',
      ];
      return `| ${[name, ...cells].join(' | ')} |`;
    }),
    '',
    'What reacts to an event: steps that it begins, ends or undoes, and consumers. Durable ones keep their place, so that each event takes effect once; followers keep something in the memory of each process. Seat maps follow all that changes a seat besides.',
    '',
    '| event | steps | durable consumers | followers |',
    '|---|---|---|---|',
    ...sagaEvents().map((type) => reactionRow(consumers, type)),
    '',
    ...stateDrawing('a reservation', reservationTransitions),
    ...stateDrawing('a payment', paymentTransitions),
    ...SEQUENCES.flatMap(({ title, moves }) => sequence(consumers, title, moves)),
  ].join('\n');
}

function sagaEvents(): readonly string[] {
  const all = SAGA.flatMap((rule: SagaRule) => [
    ...rule.begins,
    ...rule.ends,
    ...rule.fails,
    ...rule.undoneBy,
  ]);
  return [...new Set(all.map(({ type }) => type)), 'performance.sold-out'];
}

function reactionRow(consumers: readonly EventConsumer[], type: string): string {
  const isIn = (types: readonly EventType[]) => types.some((one) => one.type === type);
  const steps = SAGA.flatMap((rule: SagaRule) => [
    ...(isIn(rule.begins) ? [`begins ${rule.name}`] : []),
    ...(isIn(rule.ends) ? [`ends ${rule.name}`] : []),
    ...(isIn(rule.fails) ? [`fails ${rule.name}`] : []),
    ...(isIn(rule.undoneBy) ? [`undoes ${rule.name}`] : []),
  ]);
  const names = (kind: EventConsumer['kind']) =>
    takersOf(consumers, type).flatMap((one) => (one.kind === kind ? [`\`${one.name}\``] : []));
  return `| \`${type}\` | ${steps.join(', ')} | ${names('durable').join(', ')} | ${names('follower').join(', ')} |`;
}

type Table = {
  readonly initial: string;
  readonly states: readonly string[];
  eventsFrom(state: never): readonly string[];
  next(state: never, event: never): string | undefined;
  isFinal(state: never): boolean;
};

function stateDrawing(of: string, table: Table): readonly string[] {
  const edges = table.states.flatMap((state) => {
    const to = table.eventsFrom(state as never).map((event) => {
      return `  ${state} --> ${table.next(state as never, event as never)}: ${event}`;
    });
    return table.isFinal(state as never) ? [...to, `  ${state} --> [*]`] : to;
  });
  return [
    `### The states of ${of}`,
    '',
    '```mermaid',
    'stateDiagram-v2',
    `  [*] --> ${table.initial}`,
    ...edges,
    '```',
    '',
  ];
}

/** A step of the saga, or a line of what happens beside it. */
type Move =
  | string
  | readonly [step: SagaStepName, part: 'begins' | 'ends' | 'fails' | 'undoneBy', type: string];

const SEQUENCES: readonly { readonly title: string; readonly moves: readonly Move[] }[] = [
  {
    title: 'Reserve',
    moves: ['buyer->>firstcome: POST /v1/reservations', ['hold', 'begins', 'reservation.created']],
  },
  {
    title: 'Pay by card',
    moves: [
      'buyer->>firstcome: POST /v1/reservations/{id}/payments',
      ['payment', 'begins', 'payment.requested'],
      'buyer->>provider: agrees, and comes back',
      'buyer->>firstcome: POST /v1/payments/{id}/confirmations',
      'firstcome->>provider: confirm, and ask until it is known',
      ['payment', 'ends', 'payment.succeeded'],
      ['tickets', 'ends', 'ticket.issued'],
    ],
  },
  {
    title: 'A payment that fails, and the hold that lapses',
    moves: [
      'buyer->>firstcome: POST /v1/reservations/{id}/payments',
      ['payment', 'begins', 'payment.requested'],
      'provider-->>firstcome: declined, or never paid',
      ['payment', 'fails', 'payment.failed'],
      ['hold', 'undoneBy', 'reservation.expired'],
    ],
  },
  {
    title: 'A performance that is cancelled',
    moves: [
      'seller->>firstcome: POST /v1/performances/{id}/cancellation',
      ['cancellation', 'begins', 'performance.cancelled'],
      'note over firstcome: batch by batch, under the lease of the upkeep',
      ['cancellation', 'ends', 'reservation.cancelled'],
      'firstcome->>provider: refund, again and again until it is done',
      ['refund', 'ends', 'payment.refunded'],
    ],
  },
];

/** @throws where a move is not one of the saga's */
function sequence(
  consumers: readonly EventConsumer[],
  title: string,
  moves: readonly Move[],
): readonly string[] {
  const lines = moves.flatMap((move) => {
    if (typeof move === 'string') return [`  ${move}`];
    const [name, part, type] = move;
    if (!sagaRule(name)[part].some((one) => one.type === type))
      throw new Error(`${type} is not in ${part} of ${name}`);
    const what = { begins: 'begins', ends: 'is done', fails: 'fails', undoneBy: 'is undone' }[part];
    const takers = takersOf(consumers, type).filter(({ kind }) => kind === 'durable');
    return [
      `  firstcome->>log: ${type}`,
      `  note over firstcome: ${name} ${what}`,
      ...takers.map((taker) => `  log-->>${taker.name}: ${type}`),
    ];
  });
  return [`### ${title}`, '', '```mermaid', 'sequenceDiagram', ...lines, '```', ''];
}
