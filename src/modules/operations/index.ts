export { createOperations, type Operations } from './module.ts';
export type { AuditLog, AuditRecord, BatchTotals, FigureReader, RoomReading } from './ports.ts';
