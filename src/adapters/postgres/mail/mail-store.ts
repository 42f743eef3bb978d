import type { DueMail, MailAbout, MailedTicket, MailStore, NewMail } from '../../../modules/mail/index.ts';
import type { Database, Queryable } from '../database.ts';
import { RESERVATION_STATUS } from '../reservations/reservation-status.ts';

/** People of the crowd and of load scripts, whom nobody writes to; these domains are nobody's (RFC 2606). */
const MADE_UP = String.raw`@(crowd|load)\.example$`;

const ADD = {
  name: 'mail_add',
  text: `insert into mail (id, account_id, about, occurred_at, due_at)
    select m.id, m."accountId", m.about, m.at, m.at
    from (select id, "accountId", about, to_timestamp("occurredAt" / 1000.0) as at from json_to_recordset($1::json)
      as r (id text, "accountId" uuid, about jsonb, "occurredAt" float8)) m
    join account a on a.id = m."accountId" and a.email !~ $2
    on conflict (id) do nothing`,
};

const ADD_FOR_BUYERS = {
  name: 'mail_add_for_buyers',
  text: `insert into mail (id, account_id, about, occurred_at, due_at)
    select $1::text || '.' || r.id, r.account_id, $2::jsonb || jsonb_build_object('reservationId', r.id), $3, $3
    from reservation r join account a on a.id = r.account_id and a.email !~ $5
    where r.performance_id = $4 and r.status = ${RESERVATION_STATUS.confirmed} and r.created_at < $3
    on conflict (id) do nothing`,
};

const CLAIM_DUE = {
  name: 'mail_claim_due',
  text: `update mail m set due_at = $2, attempts = attempts + 1
    from (select id from mail where due_at <= $1 order by due_at limit $3 for update skip locked) due
    where m.id = due.id
    returning m.id, m.account_id, m.about, m.occurred_at, m.attempts - 1 as attempts`,
};

const POSTPONE = {
  name: 'mail_postpone',
  text: 'update mail set due_at = $3 where id = $1 and due_at = $2',
};

// The process that sent it says so, also where its claim has run out meanwhile: it is sent.
const END = {
  name: 'mail_end',
  text: `update mail set due_at = null, ended_at = $3, outcome = $2 where id = $1 and due_at is not null`,
};

const PRUNE = {
  name: 'mail_prune',
  text: `with old as (delete from mail where id in (select id from mail where ended_at < $1 limit 5000) returning 1)
    select count(*) as count from old`,
};

type MailRow = {
  id: string;
  account_id: string;
  about: MailAbout;
  occurred_at: Date;
  attempts: number;
};

/** Mails to be sent, in PostgreSQL. */
export function createMailStore(database: Database): MailStore {
  return {
    async add(mails, transaction) {
      if (mails.length > 0) await (transaction as Queryable).query(ADD, [JSON.stringify(mails), MADE_UP]);
    },
    async addForBuyers({ eventId, occurredAt, about }, transaction) {
      const values = [eventId, JSON.stringify(about), new Date(occurredAt), about.performanceId, MADE_UP];
      await (transaction as Queryable).query(ADD_FOR_BUYERS, values);
    },
    async claimDue({ now, claimedUntil, limit }) {
      const rows = await database.query<MailRow>(CLAIM_DUE, [new Date(now), new Date(claimedUntil), limit]);
      return rows.map((row) => toDueMail(row, claimedUntil));
    },
    async postpone({ id, claimedUntil }, at) {
      await database.query(POSTPONE, [id, new Date(claimedUntil), new Date(at)]);
    },
    async end({ id }, outcome, now) {
      await database.query(END, [id, outcome, new Date(now)]);
    },
    async prune(endedBefore, signal) {
      for (;;) {
        const [row] = await database.query<{ count: number }>(PRUNE, [new Date(endedBefore)]);
        if (!row || row.count === 0 || signal?.aborted) return;
      }
    },
  };
}

/** A mail that nobody will get. Times are as PostgreSQL gives them. */
export type LostMail = {
  readonly id: string;
  readonly accountId: string;
  readonly kind: MailAbout['kind'];
  readonly reservationId: string | null;
  readonly outcome: 'refused' | 'given-up';
  readonly attempts: number;
  readonly occurredAt: Date;
  readonly endedAt: Date;
};

const LOST_LISTED_MAX = 10_000;
const LOST = `select id, account_id as "accountId", about->>'kind' as kind, about->>'reservationId' as "reservationId",
    outcome, attempts, occurred_at as "occurredAt", ended_at as "endedAt"
  from mail where ended_at is not null and outcome in ('refused', 'given-up')
  order by ended_at desc limit ${LOST_LISTED_MAX}`;

/** What the mail server refused, and what was given up; newest first, as long as it is kept. */
export function lostMails(database: Queryable): Promise<readonly LostMail[]> {
  return database.query<LostMail>(LOST);
}

const GOOD_TICKETS = {
  name: 'mail_good_tickets',
  text: `select id, seat_no as "seatNo" from ticket where reservation_id = $1 and status = 'valid' order by seat_no`,
};

/** The tickets of a reservation that admit somebody, by seat. */
export function goodTickets(database: Queryable, reservationId: string): Promise<readonly MailedTicket[]> {
  return database.query<MailedTicket>(GOOD_TICKETS, [reservationId]);
}

function toDueMail(row: MailRow, claimedUntil: number): DueMail {
  const mail: NewMail = {
    id: row.id,
    accountId: row.account_id,
    occurredAt: row.occurred_at.getTime(),
    about: row.about,
  };
  return { ...mail, attempts: row.attempts, claimedUntil };
}
