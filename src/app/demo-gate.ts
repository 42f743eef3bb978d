import { createGateStore } from '../adapters/postgres/tickets/gate-store.ts';
import { createTicketStore } from '../adapters/postgres/tickets/ticket-store.ts';
import type { DemoGateDeps } from '../demo/index.ts';
import type { Identity } from '../modules/identity/index.ts';
import { createGatePasses } from '../modules/tickets/index.ts';
import type { Foundation } from './foundation.ts';

/** A door to try, of the demonstration that is in the database. */
export function composeDemoGate(base: Foundation, { accounts }: Pick<Identity, 'accounts'>): DemoGateDeps {
  const { database, config, clock, ids } = base;
  return {
    clock,
    ids,
    tickets: createTicketStore(database),
    gates: createGateStore(database),
    gatePasses: createGatePasses(config.secretKey),
    accountIdOf: async (email) => (await accounts.findByEmail(email))?.id,
  };
}
