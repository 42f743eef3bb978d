export { pointEvents, pointProblems } from './contract.ts';
export { checkCharge, SYSTEM_ACCOUNTS } from './model.ts';
export { createPoints, type Points } from './module.ts';
export type {
  ChargeOutcome,
  ChargeRequest,
  PointEntry,
  PointLedger,
  PointPurchases,
  PointStanding,
  PurchaseOutcome,
  PurchaseRequest,
} from './ports.ts';
