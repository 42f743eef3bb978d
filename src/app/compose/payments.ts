import { createCheckout } from '../../adapters/postgres/payments/checkout.ts';
import { createPayments, type Payments } from '../../modules/payments/index.ts';
import type { AdmissionGate } from '../../modules/waiting-room/index.ts';
import { countPayments } from '../app-metrics.ts';
import type { Foundation } from '../foundation.ts';

export function composePayments(base: Foundation, gate: Pick<AdmissionGate, 'spend'>): Payments {
  return createPayments({
    ...base,
    checkout: createCheckout(base.sales, base.hint, base),
    observe: base.measureBatch('payments'),
    onDecided: countPayments(base.metrics),
    spendPass: (who) => gate.spend(who),
    onSpendFailed: base.complain('end of an admission'),
  });
}
