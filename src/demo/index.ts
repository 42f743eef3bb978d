export { demoAccounts } from './accounts.ts';
export type { DemoSystem } from './demo-system.ts';
export { loadDemoData } from './load.ts';
