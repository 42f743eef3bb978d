import { member, roles } from '../../platform/auth/access.ts';
import { accountOf, defineOperation, type Operation } from '../../platform/operations/operation.ts';
import type { PointsService } from './points-service.ts';
import { entryView } from './views.ts';

export type ChargeInput = { readonly amount: number };
export type CreditInput = { readonly accountId: string; readonly amount: number; readonly reason: string };

export type PointOperations = ReturnType<typeof pointOperations>;

/** The writes of points. */
export function pointOperations(points: Pick<PointsService, 'charge' | 'credit'>) {
  return {
    chargePoints: defineOperation({
      kind: 'chargePoints',
      access: member,
      idempotent: true,
      problems: ['charge_not_allowed', 'charge_under_limit', 'charge_over_limit', 'charge_over_month'],
      run(operation: Operation<ChargeInput>) {
        const { input, key, trace } = operation;
        return points.charge({ ...input, accountId: accountOf(operation).accountId, key, trace });
      },
      present: entryView,
    }),
    creditPoints: defineOperation({
      kind: 'creditPoints',
      access: roles(['manager']),
      idempotent: true,
      problems: ['account_not_found', 'charge_over_limit', 'charge_over_month'],
      run(operation: Operation<CreditInput>) {
        const { input, key, trace } = operation;
        return points.credit({ ...input, managerId: accountOf(operation).accountId, key, trace });
      },
      present: entryView,
    }),
  };
}
