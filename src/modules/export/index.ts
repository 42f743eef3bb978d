export { createExport, type Export } from './module.ts';
export type { ExportRecord, ExportSink } from './ports.ts';
