export type { MinuteSales, SalesProgress } from './model.ts';
export type { RankedPerformance, RankingStore, SellingNow, SoldOut } from './ports.ts';
export { createRanking, type Ranking, type RankingDeps } from './ranking.ts';
