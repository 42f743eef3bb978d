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

const SELECT = `select t.id, t.reservation_id, t.performance_id, t.seat_no, t.code, t.issued_at,
    case when t.status = 'valid' and c.id is not null then 'used' else t.status end as status
  from ticket t left join check_in c on c.ticket_id = t.id and c.undone_at is null`;

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
  text: `${SELECT} where t.account_id = $1 and ($2::uuid is null or t.id < $2) order by t.id desc limit $3`,
};

const FIND = {
  name: 'tickets_find',
  text: `${SELECT} where t.account_id = $1 and t.id = $2`,
};
