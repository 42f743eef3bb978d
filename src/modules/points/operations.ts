import { Type } from 'typebox';
import type { Result } from '../../kernel/result.ts';
import { member, roles } from '../../platform/auth/access.ts';
import { closed, Id } from '../../platform/http/schemas.ts';
import { accountOf, defineOperation } from '../../platform/operations/operation.ts';
import { type Payment, paymentView } from '../payments/index.ts';
import { ChargeBody, CreditBody } from './contract.ts';
import type { PointsService } from './points-service.ts';
import type { PointEntry } from './ports.ts';
import { entryView } from './views.ts';

export type PointOperations = ReturnType<typeof pointOperations>;

/** What a charge comes to: an entry at once, or a payment by card. */
type Charged = PointEntry | { readonly payment: Payment; readonly repeated: boolean };

/** The writes of points. */
export function pointOperations(points: Pick<PointsService, 'charge' | 'buy' | 'credit'>) {
  return {
    chargePoints: defineOperation({
      operationId: 'chargePoints',
      // Our own origin, as the buyer sees it.
      input: closed({ origin: Type.String(), ...ChargeBody.properties }),
      access: member,
      idempotent: true,
      queueable: true,
      mayWait: ({ method }) => method === undefined,
      priority: 'normal',
      problems: [
        'charge_not_allowed',
        'charge_under_limit',
        'charge_over_limit',
        'charge_over_month',
        'payment_in_progress',
        'card_unavailable',
        'return_url_invalid',
      ],
      async run(context, { amount: { amount }, method, origin, returnUrl }): Promise<Result<Charged>> {
        const { key, trace } = context;
        const command = { amount, accountId: accountOf(context).accountId, trace };
        return method === undefined
          ? points.charge({ ...command, key })
          : points.buy({ ...command, origin, returnUrl });
      },
      // A payment is opened before its provider is asked where it is paid: what is answered is stored after both.
      savesResult: (charged: Charged) => !('payment' in charged),
      present: (charged: Charged) =>
        'payment' in charged ? paymentView(charged.payment) : entryView(charged),
    }),
    creditPoints: defineOperation({
      operationId: 'creditPoints',
      input: closed({ accountId: Id, ...CreditBody.properties }),
      access: roles(['manager']),
      idempotent: true,
      queueable: false,
      priority: 'normal',
      problems: ['account_not_found', 'charge_over_limit', 'charge_over_month'],
      run(context, { accountId, amount: { amount }, reason }) {
        const { key, trace } = context;
        const managerId = accountOf(context).accountId;
        return points.credit({ accountId, amount, reason, managerId, key, trace });
      },
      present: entryView,
    }),
  };
}
