export { type Catalogue, createCatalogue } from './catalogue.ts';
export { catalogueEvents } from './contract.ts';
export type { Concert, Performance, Sales, Stage, Venue } from './model.ts';
export type { SeatPlan } from './plan-format.ts';
export type {
  Beside,
  CatalogueReader,
  CatalogueStore,
  ChangedConcert,
  ConcertListRow,
  ConcertQuery,
  ConcertSort,
  NewStage,
  SeatClaim,
  SeatClaimReader,
  StageOwner,
  TakingsRow,
  VenueChange,
  VenueInUse,
  VenueQuery,
  VenueStore,
} from './ports.ts';
export { catalogueProblems } from './problems.ts';
export { publicFrom, type Visibility } from './publication.ts';
export type { SalesCatalogue, SalesTerms, Seat } from './terms.ts';
