export { paymentEvents, paymentProblems } from './contract.ts';
export { decidePayment } from './model.ts';
export { createPayments, type Payments } from './module.ts';
export type { Checkout, Payment, PaymentOutcome, PaymentRequest } from './ports.ts';
