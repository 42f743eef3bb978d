import { type Static, Type } from 'typebox';
import { closed, Id, MoneySchema, Time, TimeInput, visibleText } from '../../platform/http/schemas.ts';

const Reason = visibleText(500);

export const CancellationBody = closed(
  { reason: { ...Reason, description: 'Buyers read it.' } },
  { title: 'NewCancellation' },
);

const counts = {
  total: Type.Integer({ description: 'Paid reservations that the performance had.' }),
};

const Failure = Type.Object(
  {
    reservationId: Id,
    name: Type.String({ description: 'Of the buyer.' }),
    amount: MoneySchema,
    attempts: Type.Integer({ description: 'Tries in a row that led to nothing.' }),
  },
  { title: 'RefundFailure' },
);

export const CancellationView = Type.Object(
  {
    performanceId: Id,
    reason: Type.String(),
    cancelledAt: Time,
    state: Type.Enum(['running', 'done'], {
      title: 'CancellationState',
      description: 'done: nothing is held or sold any more, and nobody waits for a refund.',
    }),
    ...counts,
    waiting: Type.Integer({ description: 'Those of them that are still to be cancelled.' }),
    refunding: Type.Integer({ description: 'Cancelled; the money is on its way.' }),
    failed: Type.Integer({
      description:
        'Cancelled; the provider refuses to give the money back. A dead letter of `refunds`, until a manager has it asked again.',
    }),
    failures: Type.Array(Failure, { description: 'Of those that failed up to 50.' }),
    done: Type.Integer({ description: 'Cancelled, and the money is back.' }),
  },
  { title: 'Cancellation' },
);
export type CancellationView = Static<typeof CancellationView>;

export const PostponementBody = closed(
  { startsAt: { ...TimeInput, description: 'Later than it was to start, and to come.' } },
  { title: 'NewPostponement' },
);

export const PostponementView = Type.Object(
  {
    performanceId: Id,
    startsAt: Time,
    postponedFrom: Time,
    answerUntil: {
      ...Time,
      description:
        'Until then tickets can be handed back for all that was paid: DELETE /v1/reservations/{id}.',
    },
    ...counts,
    kept: Type.Integer({ description: 'Their buyers said that they keep their tickets.' }),
    handedBack: Type.Integer({ description: 'Cancelled since; the money goes back.' }),
    unanswered: Type.Integer({ description: 'Nothing was said: their tickets stay good.' }),
  },
  { title: 'Postponement' },
);
export type PostponementView = Static<typeof PostponementView>;
