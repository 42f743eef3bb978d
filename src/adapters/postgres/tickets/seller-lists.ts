import type { Buyer, DoorEntry, SellerLists } from '../../../modules/tickets/index.ts';
import type { Database } from '../database.ts';
import { toCheckIn } from './check-in-store.ts';

type DoorRow = {
  id: string;
  seat_no: number;
  name: string | null;
  check_in_id: string | null;
  gate: string | null;
  checked_in_at: Date | null;
};

type BuyerRow = {
  id: string;
  name: string | null;
  email: string | null;
  seat_nos: number[];
  amount: number;
  created_at: Date;
};

/** Who bought, and who was let in; joined with accounts where the rows are. */
export function createSellerLists(database: Database): SellerLists {
  return {
    async doorList(performanceId, { after, limit }) {
      const rows = await database.query<DoorRow>(DOOR_LIST, [performanceId, after, limit]);
      return rows.map(toDoorEntry);
    },
    async buyers(performanceId, page) {
      const values = [performanceId, page.before ?? null, page.limit + 1];
      return (await database.query<BuyerRow>(BUYERS, values)).map(toBuyer);
    },
  };
}

function toDoorEntry(row: DoorRow): DoorEntry {
  return {
    ticketId: row.id,
    seatNo: row.seat_no,
    name: row.name ?? '',
    checkIn: toCheckIn(row.check_in_id, row.gate, row.checked_in_at),
  };
}

function toBuyer(row: BuyerRow): Buyer {
  return {
    reservationId: row.id,
    name: row.name ?? '',
    email: row.email ?? '',
    seatNos: row.seat_nos,
    amount: row.amount,
    paidAt: row.created_at.getTime(),
  };
}

const DOOR_LIST = {
  name: 'door_list',
  text: `select t.id, t.seat_no, a.name, c.id as check_in_id, c.gate, c.checked_in_at
    from ticket t
    left join account a on a.id = t.account_id
    left join check_in c on c.ticket_id = t.id and c.undone_at is null
    where t.performance_id = $1 and t.status = 'valid' and t.seat_no > $2
    order by t.seat_no limit $3`,
};

const BUYERS = {
  name: 'buyers_list',
  text: `select r.id, a.name, a.email, r.seat_nos, p.amount, p.paid_at as created_at
    from payment p
    join reservation r on p.purpose = 'reservation' and r.id = p.purpose_id
    left join account a on a.id = p.account_id
    where r.performance_id = $1 and p.status = 'succeeded' and ($2::uuid is null or r.id < $2)
    order by r.id desc limit $3`,
};
