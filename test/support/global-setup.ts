/** Run once around a whole run of the tests (`--test-global-setup`): the test files inherit its environment. */
import type { EmbeddedPostgres } from '../../src/adapters/embedded-postgres/index.ts';
import { startTestServer } from './test-server.ts';

let server: EmbeddedPostgres | undefined;

export async function globalSetup(): Promise<void> {
  server = await startTestServer();
}

export async function globalTeardown(): Promise<void> {
  await server?.stop();
}
