export { orderIdOfCallback } from './callback.ts';
export { paymentEvents, paymentProblems } from './contract.ts';
export { QUESTION_INTERVAL_MS } from './follow-up.ts';
export { decidePayable, decidePayment, type PaymentSituation, refuseConfirmation } from './model.ts';
export { createPayments, type Payments } from './module.ts';
export {
  decideSettlement,
  type HoldSituation,
  holdAt,
  type PaymentStep,
  type ProviderAnswer,
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
  PaymentProvider,
  PaymentReader,
  PaymentRequest,
  ProviderCharge,
  Settled,
  WaitingPayments,
} from './ports.ts';
export type { Behaviour, SimulatedCheckout } from './simulated-checkout.ts';
