import type { Performance } from './model.ts';
import type { PlanSeats } from './plan-seats.ts';
import type { SalesTerms } from './terms.ts';

/** Joins a performance with the seats of its stage. */
export function toSalesTerms(performance: Performance, plan: PlanSeats): SalesTerms {
  const { id, stage, prices, ...rest } = performance;
  const priceByGradeNo = plan.grades.map((grade) => prices[grade]);
  const outside = (seatNo: number): never => {
    throw new RangeError(`performance ${id} has no seat number ${seatNo}`);
  };
  return {
    performanceId: id,
    concertId: rest.concertId,
    sellerId: rest.sellerId,
    stageId: stage.id,
    publicFrom: rest.publicFrom,
    startsAt: rest.startsAt,
    opensAt: rest.opensAt,
    closesAt: rest.closesAt,
    isCancelled: rest.cancelledAt !== null,
    isPostponed: rest.postponedAt !== null,
    limitPerPerson: rest.limitPerPerson,
    holdTtlMs: rest.holdTtlMs,
    roomEnabled: rest.roomEnabled,
    currency: rest.currency,
    capacity: plan.capacity,
    seatNoOf: (seatId) => plan.seatNoById.get(seatId),
    seatAt: (seatNo) => plan.seats[seatNo] ?? outside(seatNo),
    priceOf: (seatNo) => priceByGradeNo[plan.gradeNos[seatNo] ?? -1] ?? outside(seatNo),
  };
}
