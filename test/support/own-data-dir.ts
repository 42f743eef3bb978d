import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A DATA_DIR for the systems of this file, whose mails and exports must not lie beside those of a developer. */
export const OWN_DATA_DIR = mkdtempSync(join(tmpdir(), 'firstcome-data-'));

process.once('exit', () => rmSync(OWN_DATA_DIR, { recursive: true, force: true }));
