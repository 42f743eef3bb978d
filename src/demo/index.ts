export { demoAccounts } from './accounts.ts';
export { crowdProblems } from './crowd/contract.ts';
export { type Crowds, createCrowds } from './crowd/crowds.ts';
export type { MakePeople, Send } from './crowd/ports.ts';
export { crowdRoutes } from './crowd/routes.ts';
export type { DemoSystem } from './demo-system.ts';
export { loadDemoData } from './load.ts';
