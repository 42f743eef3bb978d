export { catalogueEvents, catalogueProblems } from './contract.ts';
export { type SeatPlan, SeatPlanSchema } from './plan-format.ts';
export type { CatalogueReader, CatalogueStore, SeatClaimReader } from './ports.ts';
export type { Availability, SalesTerms, Seat } from './terms.ts';
