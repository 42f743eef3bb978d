import { krw } from '../../kernel/money.ts';
import { paymentView } from '../payments/index.ts';
import type { PointEntryView } from './contract.ts';
import type { PointsStanding } from './points-service.ts';
import type { PointEntry } from './ports.ts';

export function entryView(entry: PointEntry): PointEntryView {
  return {
    id: entry.id,
    kind: entry.kind,
    amount: krw(entry.amount),
    balanceAfter: krw(entry.balanceAfter),
    reference: entry.reference,
    reason: entry.reason,
    createdAt: new Date(entry.createdAt).toISOString(),
  };
}

export function pointsView({
  balance,
  chargeMin,
  chargeMax,
  monthLeft,
  chargeWays,
  underWay,
}: PointsStanding) {
  return {
    balance: krw(balance),
    chargeMin: krw(chargeMin),
    chargeMax: krw(chargeMax),
    monthLeft: krw(monthLeft),
    chargeWays: [...chargeWays],
    underWay: underWay.map(paymentView),
  };
}
