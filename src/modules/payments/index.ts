export { orderIdOfCallback } from './callback.ts';
export type { CardCheckout } from './card-service.ts';
export { PaymentView, paymentEvents, paymentProblems, ReturnUrl } from './contract.ts';
export { QUESTION_INTERVAL_MS } from './follow-up.ts';
export { originOf } from './http.ts';
export { decidePayable, decidePayment, type PaymentSituation, refuseConfirmation } from './model.ts';
export { createPayments, type Payments } from './module.ts';
export {
  decideSettlement,
  type Hold,
  type HoldSituation,
  holdAt,
  type PaymentStep,
  type ProviderAnswer,
  purchaseAt,
  type SettlementStep,
} from './payment-states.ts';
export type {
  BeginConfirmation,
  BeginOutcome,
  CardPayment,
  CardPayments,
  CardRequest,
  Checkout,
  OpenOutcome,
  Payment,
  PaymentOutcome,
  PaymentProgress,
  PaymentProvider,
  PaymentReader,
  PaymentRequest,
  ProviderCharge,
  RefusedRefunds,
  Settled,
  WaitingPayments,
} from './ports.ts';
export type { Behaviour, SimulatedCheckout } from './simulated-checkout.ts';
export { paymentView } from './views.ts';
