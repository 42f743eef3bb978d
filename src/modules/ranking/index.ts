export { rankingEvents } from './contract.ts';
export type { MinuteSales, SalesProgress } from './model.ts';
export { createRanking, type Ranking } from './module.ts';
export type { RankedPerformance, RankingStore } from './ports.ts';
