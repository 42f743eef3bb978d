/**
 * `node scripts/generate-client.mjs [ADDRESS]`: writes web/shared/api/schema.ts from the OpenAPI document of a running
 * system, http://127.0.0.1:8080 by default. Which operations are in it stands in web/shared/api/operations.json.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateClient } from './client/generate-client.mjs';
import { ROOT } from './setup/paths.mjs';

const [address = 'http://127.0.0.1:8080'] = process.argv.slice(2);
const folder = join(ROOT, 'web', 'shared', 'api');
const response = await fetch(`${address}/openapi.json`);
const operationIds = JSON.parse(await readFile(join(folder, 'operations.json'), 'utf8'));
await writeFile(join(folder, 'schema.ts'), generateClient(await response.json(), operationIds));
