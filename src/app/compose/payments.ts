import { createCheckout } from '../../adapters/postgres/payments/checkout.ts';
import { createPointLedger } from '../../adapters/postgres/points/point-ledger.ts';
import { createTicketStore } from '../../adapters/postgres/tickets/ticket-store.ts';
import type { SalesCatalogue } from '../../modules/catalogue/index.ts';
import { createPayments, type Payments } from '../../modules/payments/index.ts';
import type { AdmissionGate } from '../../modules/waiting-room/index.ts';
import { countPayments } from '../figures.ts';
import type { Foundation } from '../foundation.ts';

export type PaymentsParts = {
  readonly catalogue: Pick<SalesCatalogue, 'terms'>;
  readonly gate: Pick<AdmissionGate, 'spend'>;
};

export function composePayments(base: Foundation, { catalogue, gate }: PaymentsParts): Payments {
  const { config, database, hint } = base;
  return createPayments({
    ...base,
    checkout: createCheckout(database, hint),
    ledger: createPointLedger(database, hint),
    limits: { amountMax: config.chargeAmountMax, monthMax: config.chargeMonthMax },
    tickets: createTicketStore(database),
    async seatLabel(performanceId, seatNo) {
      const terms = await catalogue.terms(performanceId);
      if (!terms) throw new Error(`ticket of performance ${performanceId}, which is not there`);
      return terms.seatAt(seatNo);
    },
    observe: base.measureBatch('payments'),
    onDecided: countPayments(base.metrics),
    spendPass: (who) => gate.spend(who),
    onSpendFailed: base.complain('end of an admission'),
  });
}
