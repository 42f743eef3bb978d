import { createPointLedger } from '../../adapters/postgres/points/point-ledger.ts';
import type { Identity } from '../../modules/identity/index.ts';
import { createPoints, type Points } from '../../modules/points/index.ts';
import type { Foundation } from '../foundation.ts';

export function composePoints(base: Foundation, identity: Identity): Points {
  const { config, database, hint } = base;
  return createPoints({
    ...base,
    ledger: createPointLedger(database, hint),
    limits: {
      amountMin: config.chargeAmountMin,
      amountMax: config.chargeAmountMax,
      monthMax: config.chargeMonthMax,
    },
    observeCharges: base.measureBatch('charges'),
    // There is no payment provider: anyone who charged in production would be given points for nothing.
    membersCharge: config.mode === 'demo',
    accountExists: async (id) => (await identity.accounts.find(id)).ok,
  });
}
