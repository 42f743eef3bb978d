export { createMonitoring, type Monitoring } from './module.ts';
export type { AuditLog, AuditRecord, BatchTotals, RoomReading, StatsReader } from './ports.ts';
