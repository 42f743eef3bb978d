import type { FastifyBaseLogger } from 'fastify';
import { type RestoreReport, restoreBackup } from '../adapters/postgres/backup/restore-backup.ts';
import { type BackupReport, writeBackup } from '../adapters/postgres/backup/write-backup.ts';
import { emptyDemo } from '../adapters/postgres/empty-demo.ts';
import {
  type ExportPlace,
  readExportPlaces,
  restartExport as restart,
} from '../adapters/postgres/events/export-places.ts';
import { type LostMail, lostMails as readLostMails } from '../adapters/postgres/mail/mail-store.ts';
import type { Config } from '../config/config.ts';
import { systemClock } from '../kernel/clock.ts';
import { Fault } from '../kernel/faults.ts';
import { openStorage, type Storage, type StorageOptions } from './storage.ts';
import { VERSION } from './version.ts';

type Options = { readonly logger: FastifyBaseLogger; readonly signal: AbortSignal };

/** Backs up the database of the configuration, beside the system or without it; it is not migrated for that. */
export function backUp(config: Config, file: string, options: Options): Promise<BackupReport> {
  const { signal } = options;
  const now = new Date(systemClock.now());
  return withStorage({ config, role: 'tool', migrates: false, ...options }, ({ database }) =>
    writeBackup(database, { file, version: VERSION, now, signal }),
  );
}

/**
 * Puts a backup in place of what the database holds.
 * @throws Fault while a system runs on it
 */
export function restore(
  config: Config,
  options: Options & { readonly file: string; readonly replaces: boolean },
): Promise<RestoreReport> {
  return withStorage({ config, role: 'server', migrates: false, ...options }, ({ database }) =>
    restoreBackup(database, options),
  );
}

/**
 * Empties the database of a demonstration.
 * @returns whether it was one
 * @throws Fault while a system runs on it
 */
export function removeDemo(
  config: Config,
  options: Options & { readonly withPeople: boolean },
): Promise<boolean> {
  return withStorage({ config, role: 'server', ...options }, ({ database }) =>
    emptyDemo(database, options.withPeople),
  );
}

/** Mails that nobody will get, also beside a system that runs. */
export function lostMails(config: Config, options: Options): Promise<readonly LostMail[]> {
  return withStorage({ config, role: 'tool', ...options }, ({ database }) => readLostMails(database));
}

/** Where the exports stand, also beside a system that runs. */
export function exportPlaces(config: Config, options: Options): Promise<readonly ExportPlace[]> {
  return withStorage({ config, role: 'tool', ...options }, ({ database }) => readExportPlaces(database));
}

/**
 * Lets the export to a target begin at the first event again, also beside a system that runs.
 * @throws Fault `export_unknown`
 */
export function restartExport(config: Config, target: string, options: Options): Promise<void> {
  return withStorage({ config, role: 'tool', ...options }, async ({ database }) => {
    if (!(await restart(database, `export.${target}`)))
      throw new Fault('export_unknown', `Nothing was ever exported to ${target}.`);
  });
}

async function withStorage<T>(options: StorageOptions, work: (storage: Storage) => Promise<T>): Promise<T> {
  const storage = await openStorage(options);
  try {
    return await work(storage);
  } finally {
    await storage.close();
  }
}
