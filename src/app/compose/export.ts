import { join } from 'node:path';
import { createFileExport } from '../../adapters/files/export-sink.ts';
import { createHttpExport } from '../../adapters/http/export-sink.ts';
import type { Config } from '../../config/config.ts';
import { exportTarget } from '../../config/export-settings.ts';
import type { Lifecycle } from '../../kernel/lifecycle.ts';
import { createExport, type ExportSink } from '../../modules/export/index.ts';
import { countExportAttempts } from '../app-metrics.ts';
import { eventTypes } from '../event-types.ts';
import type { Foundation, FoundationOptions } from '../foundation.ts';

/** The export of the record, where there is one. */
export function composeExport(
  base: Foundation,
  options: Pick<FoundationOptions, 'demoData'>,
): readonly Lifecycle[] {
  const { config, exportFeed: feed, onExported } = base;
  const target = exportTarget(config, options.demoData === true);
  if (!feed || target === 'off') return [];
  const { exportUrl } = config;
  const sink = telling(exportUrl === undefined ? fileSink(base) : httpSink(base, exportUrl), onExported);
  // A platform that is named later gets the whole record, whatever the files hold.
  const types = Object.values(eventTypes).flat();
  return [createExport({ feed, sink, types, name: `export.${target}` }).lifecycle];
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
