export { createExport, type Export, type ExportDeps } from './module.ts';
export type { ExportRecord, ExportSink } from './ports.ts';
