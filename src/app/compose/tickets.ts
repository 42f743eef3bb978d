import { createTicketStore } from '../../adapters/postgres/tickets/ticket-store.ts';
import type { SalesCatalogue } from '../../modules/catalogue/index.ts';
import { createTickets, type Tickets } from '../../modules/tickets/index.ts';
import type { Foundation } from '../foundation.ts';

export function composeTickets(base: Foundation, catalogue: Pick<SalesCatalogue, 'terms'>): Tickets {
  return createTickets({
    tickets: createTicketStore(base.database),
    async seatLabel(performanceId, seatNo) {
      const terms = await catalogue.terms(performanceId);
      if (!terms) throw new Error(`ticket of performance ${performanceId}, which is not there`);
      return terms.seatAt(seatNo);
    },
  });
}
