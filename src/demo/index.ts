export { demoAccounts } from './accounts.ts';
export { crowdProblems } from './crowd/contract.ts';
export { type Crowds, createCrowds, type MakePeople } from './crowd/crowds.ts';
export { crowdRoutes } from './crowd/routes.ts';
export type { DemoSystem } from './demo-system.ts';
export { type DemoGateDeps, demoGateRoute } from './gate.ts';
export { loadDemoData } from './load.ts';
