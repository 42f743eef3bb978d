import type { Invariant } from './invariant.ts';
import { countedBreaches } from './invariant.ts';

/** Invariant 3: no charge without a ticket or a refund; points are conserved and never negative. */
export const moneyInvariants: readonly Invariant[] = [
  countedBreaches({
    name: 'points_conserved',
    checked: 'select count(*) from point_entry',
    breaches: `select 'transfer ' || transfer_id || ' sums to ' || sum(amount) from point_entry
      group by transfer_id having sum(amount) <> 0`,
  }),
  countedBreaches({
    name: 'balances_match_entries',
    checked: 'select count(*) from point_balance',
    breaches: `select 'account ' || b.account_id || ' has ' || b.balance || ', its entries sum to ' || coalesce(e.total, 0)
      from point_balance b
      left join (select account_id, sum(amount) as total from point_entry group by account_id) e using (account_id)
      where b.balance <> coalesce(e.total, 0)
      union all
      select 'account ' || e.account_id || ' has entries and no balance' from point_entry e
      where e.balance_after is not null and not exists (select from point_balance b where b.account_id = e.account_id)`,
  }),
  countedBreaches({
    name: 'balances_not_negative',
    checked: 'select count(*) from point_entry where balance_after is not null',
    breaches: `select 'entry ' || id || ' left ' || balance_after from point_entry where balance_after < 0
      union all
      select 'account ' || account_id || ' has ' || balance from point_balance where balance < 0`,
  }),
  countedBreaches({
    name: 'confirmed_reservations_are_paid_once',
    checked: 'select count(*) from reservation where status = 1',
    breaches: `select 'reservation ' || r.id || ' of ' || r.amount || ' has ' || count(p.id) || ' payments of ' || coalesce(sum(p.amount), 0)
      from reservation r left join payment p on p.purpose = 'reservation' and p.purpose_id = r.id and p.status = 'succeeded'
      where r.status = 1
      group by r.id, r.amount having count(p.id) <> 1 or sum(p.amount) <> r.amount`,
  }),
  countedBreaches({
    name: 'payments_have_a_ticket_or_a_refund',
    checked: "select count(*) from payment where status in ('succeeded', 'refunding', 'refunded')",
    breaches: `select 'payment ' || p.id || ' is ' || p.status || ', its reservation has status ' || coalesce(r.status::text, 'none')
      from payment p left join reservation r on r.id = p.purpose_id
      where p.purpose = 'reservation' and (p.status = 'succeeded' and r.status is distinct from 1 and r.status is distinct from 2
         or p.status in ('refunding', 'refunded') and p.paid_at is not null and r.status is distinct from 3)
      union all
      select 'payment ' || p.id || ' moved ' || coalesce(e.total, 0) || ' instead of ' || p.amount
      from payment p
      left join (select reference, -sum(amount) as total from point_entry
        where balance_after is not null group by reference) e on e.reference = p.id
      where coalesce(e.total, 0) <> case when p.status <> 'succeeded' then 0
        when p.purpose = 'points' then -p.amount when p.method = 'points' then p.amount else 0 end`,
  }),
  countedBreaches({
    name: 'tickets_match_reservations',
    checked: "select count(*) from ticket where status <> 'void'",
    breaches: `select 'reservation ' || coalesce(s.id, t.reservation_id) || ' seat ' || coalesce(s.seat_no, t.seat_no)
        || case when t.id is null then ' is confirmed without a ticket' else ' has a ticket without being confirmed' end
      from (select id, unnest(seat_nos) as seat_no from reservation where status in (1, 2)
        and exists (select from payment p where p.purpose = 'reservation' and p.purpose_id = reservation.id and p.status = 'succeeded')) s
      full join (select * from ticket where status <> 'void') t on t.reservation_id = s.id and t.seat_no = s.seat_no
      where s.id is null or t.id is null`,
  }),
  countedBreaches({
    // Not by the sum alone: a payment that moved points twice and gave them back once would sum up.
    name: 'points_move_once_for_a_payment',
    checked:
      "select count(*) from point_entry where kind in ('payment', 'refund') and balance_after is not null",
    breaches: `select 'payment ' || coalesce(e.reference::text, 'none') || ' has ' || e.taken || ' entries that take and '
        || e.given || ' that give, and ' || coalesce('is ' || p.status, 'does not exist')
      from (select reference, count(*) filter (where kind = 'payment') as taken,
          count(*) filter (where kind = 'refund') as given
        from point_entry where kind in ('payment', 'refund') and balance_after is not null group by 1) e
      left join payment p on p.id = e.reference
      where p.id is null or p.method <> 'points' or e.taken <> 1
        or e.given <> case p.status when 'refunded' then 1 else 0 end`,
  }),
  countedBreaches({
    name: 'seats_have_one_ticket_that_admits',
    checked: "select count(*) from ticket where status <> 'void'",
    breaches: `select 'seat ' || seat_no || ' of performance ' || performance_id || ' has ' || count(*) || ' tickets: '
        || string_agg(id::text, ', ' order by id)
      from ticket where status <> 'void' group by performance_id, seat_no having count(*) > 1
      union all
      select 'ticket ' || t.id || ' is not in the name of who paid reservation ' || t.reservation_id
      from ticket t join reservation r on r.id = t.reservation_id
      where t.account_id <> r.account_id or t.performance_id <> r.performance_id`,
  }),
  countedBreaches({
    name: 'cancelled_performances_are_given_back',
    checked: 'select count(*) from performance where all_cancelled_at is not null',
    breaches: `select 'performance ' || p.id || ' was cancelled, but reservation ' || r.id || ' has status ' || r.status
      from performance p join reservation r on r.performance_id = p.id and r.status in (1, 2)
      where p.all_cancelled_at is not null
      union all
      select 'performance ' || p.id || ' was cancelled, but payment ' || y.id || ' of ' || y.amount || ' is kept'
      from performance p join reservation r on r.performance_id = p.id
      join payment y on y.purpose = 'reservation' and y.purpose_id = r.id and y.status = 'succeeded'
      where p.all_cancelled_at is not null`,
  }),
];
