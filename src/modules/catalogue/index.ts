export { FAILURES_MAX } from './calling-off.ts';
export { catalogueEvents } from './contract.ts';
export { plannedSeat } from './known-plans.ts';
export { createKnownSales } from './known-sales.ts';
export type { Concert, GradeCounts, Performance, SeatStatus, Stage, Venue } from './model.ts';
export { type Catalogue, createCatalogue } from './module.ts';
export { PlannedSeat } from './plan-contract.ts';
export { Grade, type SeatPlan } from './plan-format.ts';
export type { PlanSeats } from './plan-seats.ts';
export type {
  CancellationProgress,
  CatalogueReader,
  CatalogueStore,
  ConcertChange,
  ConcertListRow,
  ConcertQuery,
  ConcertSort,
  LiveSeats,
  NewStage,
  PostponementProgress,
  StageOwner,
  TakingsRow,
  TermsChange,
  VenueChange,
  VenueInUse,
  VenueQuery,
  VenueSeen,
  VenueStore,
  WriteContext,
  Written,
} from './ports.ts';
export { catalogueProblems } from './problems.ts';
export { publicFrom, type Viewer, type Visibility } from './publication.ts';
export { createSeatPlans } from './seat-plans.ts';
export type { Availability, SalesCatalogue, SalesTerms, Seat } from './terms.ts';
export { planUrl, seatsUrl, streamUrl } from './urls.ts';
