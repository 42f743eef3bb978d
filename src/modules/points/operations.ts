import { member, roles } from '../../platform/auth/access.ts';
import { closed, Id } from '../../platform/http/schemas.ts';
import { accountOf, defineOperation } from '../../platform/operations/operation.ts';
import { ChargeBody, CreditBody } from './contract.ts';
import type { PointsService } from './points-service.ts';
import { entryView } from './views.ts';

export type PointOperations = ReturnType<typeof pointOperations>;

/** The writes of points. */
export function pointOperations(points: Pick<PointsService, 'charge' | 'credit'>) {
  return {
    chargePoints: defineOperation({
      operationId: 'chargePoints',
      input: ChargeBody,
      access: member,
      idempotent: true,
      queueable: true,
      priority: 'normal',
      problems: ['charge_not_allowed', 'charge_under_limit', 'charge_over_limit', 'charge_over_month'],
      run(context, { amount: { amount } }) {
        const { key, trace } = context;
        return points.charge({ amount, accountId: accountOf(context).accountId, key, trace });
      },
      present: entryView,
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
