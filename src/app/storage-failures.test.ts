import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toFault } from '../adapters/postgres/errors.ts';
import { Fault } from '../kernel/faults.ts';
import { explainStorageFailure } from './storage-failures.ts';

const config = { databaseUrl: 'postgresql://me:secret@db.example:5432/tickets', dataDir: '.data' };

test('a database with the schema of an unreleased version is to be removed, or restored', () => {
  const outdated = new Fault('database_outdated', 'old');
  for (const [databaseUrl, remedy] of [
    [undefined, /^The data directory \.data .*: remove it, or .* restore FILE --replace"\.$/],
    [
      config.databaseUrl,
      /^The database of DATABASE_URL \(db\.example:5432\/tickets\) .*: empty it, or name another/,
    ],
  ] as const) {
    const fault = explainStorageFailure(outdated, { ...config, databaseUrl });
    assert.ok(fault instanceof Fault);
    assert.equal(fault.code, 'database_outdated');
    assert.match(fault.message, remedy);
  }
});

function explained(message: string, code?: string): Fault {
  const fault = explainStorageFailure(toFault(Object.assign(new Error(message), { code })), config);
  assert.ok(fault instanceof Fault);
  assert.doesNotMatch(fault.message, /secret|\n/);
  return fault;
}

test('what a database of one’s own refuses is said with its remedy', () => {
  for (const [message, state, code, remedy] of [
    ['password authentication failed for user "me"', '28P01', 'database_refused', /percent-encoded \(%40/],
    [
      'no pg_hba.conf entry for host "x", no encryption',
      '28000',
      'database_encryption',
      /sslmode=verify-full/,
    ],
    ['The server does not support SSL connections', undefined, 'database_encryption', /sslmode.* disable/],
    ['self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'database_encryption', /sslrootcert=FILE/],
    ['permission denied for schema firstcome', '42501', 'database_rights', /grant usage, create on schema/],
    ['database "tickets" does not exist', '3D000', 'database_missing', /create it/],
    ['cannot execute INSERT in a read-only transaction', '25006', 'database_read_only', /primary/],
    ['connect ECONNREFUSED', 'ECONNREFUSED', 'database_unreachable', /start it/],
  ] as const) {
    const fault = explained(message, state);
    assert.equal(fault.code, code, message);
    assert.match(fault.message, remedy);
    assert.match(fault.message, /db\.example:5432\/tickets/);
  }
});
