import { createPointPurchases } from '../../adapters/postgres/payments/point-purchases.ts';
import { createPointLedger } from '../../adapters/postgres/points/point-ledger.ts';
import type { Identity } from '../../modules/identity/index.ts';
import type { Payments } from '../../modules/payments/index.ts';
import { createPoints, type Points } from '../../modules/points/index.ts';
import type { Foundation } from '../foundation.ts';

export function composePoints(
  base: Foundation,
  { identity, payments }: { readonly identity: Identity; readonly payments: Pick<Payments, 'cardCheckout'> },
): Points {
  const { config, database, sales, hint } = base;
  return createPoints({
    ...base,
    ledger: createPointLedger(database, hint),
    purchases: createPointPurchases(sales, hint),
    cardCheckout: payments.cardCheckout,
    payableMs: config.chargePayableMs,
    limits: {
      amountMin: config.chargeAmountMin,
      amountMax: config.chargeAmountMax,
      monthMax: config.chargeMonthMax,
    },
    observeCharges: base.measureBatch('charges'),
    // Anyone who charged so in production would be given points for nothing.
    membersCharge: config.mode === 'demo',
    accountExists: async (id) => (await identity.accounts.find(id)).ok,
  });
}
