import { createPointLedger } from '../../adapters/postgres/points/point-ledger.ts';
import { createPoints, type Points } from '../../modules/points/index.ts';
import type { Foundation } from '../foundation.ts';

export function composePoints(base: Foundation): Points {
  const { config, database, hint } = base;
  return createPoints({
    ...base,
    ledger: createPointLedger(database, hint),
    limits: { amountMax: config.chargeAmountMax, monthMax: config.chargeMonthMax },
  });
}
