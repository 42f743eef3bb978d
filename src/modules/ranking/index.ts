export type { MinuteSales, SalesProgress } from './model.ts';
export type { RankedPerformance, RankingStore } from './ports.ts';
export { createRanking, type Ranking } from './ranking.ts';
