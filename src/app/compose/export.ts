import { join } from 'node:path';
import { createFileExport } from '../../adapters/files/export-sink.ts';
import { createHttpExport } from '../../adapters/http/export-sink.ts';
import type { Config } from '../../config/config.ts';
import { createExport, type Export, type ExportSink } from '../../modules/export/index.ts';
import { countExportAttempts } from '../app-metrics.ts';
import { eventTypes } from '../event-types.ts';
import type { Foundation } from '../foundation.ts';

/** The export of the record, where there is one. */
export function composeExport(base: Foundation): Export | undefined {
  const { config, exportTo, exportFeed: feed, onExported } = base;
  if (!feed) return undefined;
  const { exportUrl } = config;
  const sink = telling(exportUrl === undefined ? fileSink(base) : httpSink(base, exportUrl), onExported);
  const types = Object.values(eventTypes).flat();
  // A platform that is named later gets the whole record, whatever the files hold.
  return createExport({ feed, sink, types, name: `export.${exportTo}` });
}

/** The folder of the files. */
export function exportFolder({ exportDir, dataDir }: Pick<Config, 'exportDir' | 'dataDir'>): string {
  return exportDir ?? join(dataDir, 'export');
}

function telling(sink: ExportSink, onExported: () => void): ExportSink {
  return {
    async write(records) {
      await sink.write(records);
      onExported();
    },
    close: () => sink.close(),
  };
}

function httpSink({ config, clock, metrics }: Foundation, url: string): ExportSink {
  return createHttpExport({
    url,
    authorization: config.exportAuthorization,
    secret: config.exportSecret,
    isCompressed: config.exportGzip === 'on',
    timeoutMs: config.exportTimeoutMs,
    batchMax: config.exportBatchMax,
    clock,
    onAttempt: countExportAttempts(metrics),
  });
}

function fileSink({ config, clock, logger }: Foundation): ExportSink {
  return createFileExport({
    folder: exportFolder(config),
    fileBytesMax: config.exportFileBytes,
    filesKept: config.exportFilesKept,
    batchMax: config.exportBatchMax,
    clock,
    tell: (what, fields) => logger.info(fields, what),
  });
}
