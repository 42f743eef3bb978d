import type { IdPage } from '../../platform/http/id-page.ts';

export type Ticket = {
  readonly id: string;
  readonly reservationId: string;
  readonly performanceId: string;
  readonly seatNo: number;
  readonly code: string;
  readonly status: 'valid' | 'void' | 'used';
  readonly issuedAt: number;
};

export type TicketStore = {
  list(accountId: string, page: IdPage): Promise<readonly Ticket[]>;
  find(accountId: string, ticketId: string): Promise<Ticket | undefined>;
};
