import { createCheckInStore } from '../../adapters/postgres/tickets/check-in-store.ts';
import { createGateStore } from '../../adapters/postgres/tickets/gate-store.ts';
import { createSellerLists } from '../../adapters/postgres/tickets/seller-lists.ts';
import { createTicketStore } from '../../adapters/postgres/tickets/ticket-store.ts';
import type { SalesCatalogue } from '../../modules/catalogue/index.ts';
import {
  createGatePasses,
  createSignedCodes,
  createTickets,
  type Tickets,
} from '../../modules/tickets/index.ts';
import type { Tokens } from '../../platform/auth/tokens/tokens.ts';
import { countCheckIns } from '../app-metrics.ts';
import type { Foundation } from '../foundation.ts';

type TicketsFrom = {
  readonly catalogue: Pick<SalesCatalogue, 'terms'>;
  readonly tokens: Pick<Tokens, 'ring'>;
};

export function composeTickets(base: Foundation, { catalogue, tokens }: TicketsFrom): Tickets {
  const { database, hint, config } = base;
  return createTickets({
    ...base,
    tickets: createTicketStore(database),
    checkIns: createCheckInStore(database, hint),
    gates: createGateStore(database),
    lists: createSellerLists(database),
    gatePasses: createGatePasses(config.secretKey),
    signedCodes: createSignedCodes({ ring: tokens.ring, clock: base.clock }),
    termsOf: async (performanceId) => catalogue.terms(performanceId),
    onScanned: countCheckIns(base.metrics),
  });
}
