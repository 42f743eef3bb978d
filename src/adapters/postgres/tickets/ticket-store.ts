import type { Ticket, TicketStore } from '../../../modules/tickets/index.ts';
import type { Database } from '../database.ts';

type TicketRow = {
  id: string;
  reservation_id: string;
  performance_id: string;
  seat_no: number;
  code: string;
  status: Ticket['status'];
  issued_at: Date;
};

const COLUMNS = 'id, reservation_id, performance_id, seat_no, code, status, issued_at';

/** Tickets are written by the checkout; here they are read, and only by their owner. */
export function createTicketStore(database: Database): TicketStore {
  return {
    async list(accountId, page) {
      const rows = await database.query<TicketRow>(LIST, [accountId, page.before ?? null, page.limit + 1]);
      return rows.map(toTicket);
    },
    async find(accountId, ticketId) {
      const rows = await database.query<TicketRow>(FIND, [accountId, ticketId]);
      return rows[0] && toTicket(rows[0]);
    },
  };
}

function toTicket(row: TicketRow): Ticket {
  return {
    id: row.id,
    reservationId: row.reservation_id,
    performanceId: row.performance_id,
    seatNo: row.seat_no,
    code: row.code,
    status: row.status,
    issuedAt: row.issued_at.getTime(),
  };
}

const LIST = {
  name: 'tickets_list',
  text: `select ${COLUMNS} from ticket
    where account_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
};

const FIND = {
  name: 'tickets_find',
  text: `select ${COLUMNS} from ticket where account_id = $1 and id = $2`,
};
