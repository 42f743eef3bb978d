export { createOperations, type Operations } from './module.ts';
export type { AuditLog, AuditRecord, BatchTotals, RoomReading, StatsReader } from './ports.ts';
