import assert from 'node:assert/strict';
import { checkAdmissionLog } from '../../src/modules/waiting-room/admission-audit.ts';
import type { LoggedEntry, LoggedSetting } from '../../src/modules/waiting-room/admission-log.ts';
import type { RoomRows } from './memory-room-store.ts';

/** The names of the invariants that the log of a room breaks. */
export function findBreaches(rows: RoomRows | undefined): readonly string[] {
  assert.ok(rows, 'there is no such room');
  const findings = checkAdmissionLog(entriesOf(rows), settingsOf(rows));
  return findings.filter((finding) => !finding.ok).map((finding) => finding.name);
}

/** Fails with what the checker finds in a room that was kept in memory. */
export function auditRoom(rows: RoomRows | undefined): void {
  if (rows) assertNoBreach(entriesOf(rows), settingsOf(rows));
}

function assertNoBreach(entries: readonly LoggedEntry[], settings: readonly LoggedSetting[]): void {
  const breaches = checkAdmissionLog(entries, settings).filter((finding) => !finding.ok);
  assert.deepEqual(breaches, []);
}

function entriesOf(rows: RoomRows): readonly LoggedEntry[] {
  return rows.entries.map((entry) => ({
    ...entry,
    admittedAt: entry.admittedAt ?? null,
    passExpiresAt: entry.passExpiresAt ?? null,
    endedAt: entry.endedAt ?? null,
    absences: rows.absences
      .filter((absence) => absence.number === entry.number)
      .map(({ from, until }) => ({ from, until: until ?? null })),
    missed: rows.missed.filter((miss) => miss.number === entry.number),
  }));
}

function settingsOf(rows: RoomRows): readonly LoggedSetting[] {
  return rows.settings.map(({ at, value }) => ({ ...value, changedAt: at }));
}
