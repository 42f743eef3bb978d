import { countedBreaches, type Invariant } from './invariant.ts';

/** Which state may follow on which; the first has none before it. */
const ALLOWED = `values (null, 'requested'), ('requested', 'unknown'), ('requested', 'succeeded'), ('requested', 'failed'),
  ('requested', 'refunding'), ('unknown', 'succeeded'), ('unknown', 'failed'), ('unknown', 'refunding'),
  ('failed', 'refunding'), ('succeeded', 'refunding'), ('succeeded', 'refunded'), ('refunding', 'refunded')`;

/** How long money may be at the simulated provider before we know of it. */
const UNHEARD = "interval '60 seconds'";

/** Invariant 3 where a provider takes the money: every sold seat is paid once, every charge ends in a ticket or a refund. */
export const cardInvariants: readonly Invariant[] = [
  countedBreaches({
    name: 'sold_seats_are_paid_once',
    checked: 'select count(*) from seat_hold where status = 2',
    breaches: `select 'seat ' || c.seat_no || ' of performance ' || c.performance_id || ' is sold with ' || count(p.id)
        || ' payments that have succeeded'
      from seat_hold c
      left join payment p on p.purpose = 'reservation' and p.purpose_id = c.reservation_id and p.status = 'succeeded'
      where c.status = 2 group by c.performance_id, c.seat_no having count(p.id) <> 1`,
  }),
  countedBreaches({
    name: 'payments_go_allowed_ways',
    checked: 'select count(*) from payment_step',
    breaches: `with steps as (
        select s.payment_id, s.status, lag(s.status) over w as before, row_number() over w as step
        from payment_step s
        window w as (partition by s.payment_id order by s.at,
          array_position(array['requested', 'unknown', 'succeeded', 'failed', 'refunding', 'refunded'], s.status))
      ), latest as (select distinct on (payment_id) payment_id, status from steps order by payment_id, step desc)
      select 'payment ' || s.payment_id || ' went from ' || coalesce(s.before, 'nothing') || ' to ' || s.status
      from steps s where not exists (select from (${ALLOWED}) as a (before, after)
        where a.before is not distinct from s.before and a.after = s.status)
      union all
      select 'payment ' || p.id || ' is ' || p.status || ', its last step ' || coalesce(l.status, 'is missing')
      from payment p left join latest l on l.payment_id = p.id
      where p.method = 'card' and l.status is distinct from p.status`,
  }),
  countedBreaches({
    name: 'open_payments_are_followed_up',
    checked: "select count(*) from payment where status in ('requested', 'unknown', 'refunding')",
    breaches: `select 'payment ' || id || ' is ' || status || ' and nobody asks for it'
      from payment where status in ('requested', 'unknown', 'refunding') and follow_up_at is null
      union all
      select purpose || ' ' || purpose_id || ' has ' || count(*) || ' open payments'
      from payment where status in ('requested', 'unknown') group by purpose, purpose_id having count(*) > 1`,
  }),
  countedBreaches({
    // Points for what was paid, and for nothing else that names a payment.
    name: 'points_by_card_are_credited_once',
    checked: "select count(*) from payment where purpose = 'points'",
    breaches: `select 'payment ' || coalesce(p.id, e.reference) || ' is ' || coalesce(p.status, 'missing') || ', and '
        || coalesce(e.entries, 0) || ' entries credit ' || coalesce(e.total, 0) || ' for ' || coalesce(p.amount, 0)
      from (select * from payment where purpose = 'points') p
      full join (select reference, count(*) as entries, sum(amount) as total,
          array_agg(distinct account_id) as accounts
        from point_entry where kind = 'charge' and reference is not null and balance_after is not null
        group by reference) e on e.reference = p.id
      where p.id is null
        or p.status = 'succeeded' and (e.entries, e.total, e.accounts) is distinct from (1, p.amount, array[p.account_id])
        or p.status <> 'succeeded' and e.entries is not null`,
  }),
  countedBreaches({
    // Against the provider's own books, which only the simulated one lets us read.
    name: 'charges_end_in_a_ticket_or_a_refund',
    checked: 'select count(*) from simulated_charge where charged_amount > 0',
    breaches: `select 'payment ' || c.payment_id || ' is ' || coalesce(p.status, 'missing') || '; ' || c.charged_amount
        || ' were charged and ' || c.refunded_amount || ' refunded'
      from simulated_charge c left join payment p on p.id = c.payment_id
      where p.id is null and c.charged_amount > 0
        or c.refunded_amount not in (0, c.charged_amount)
        or p.status = 'succeeded' and (c.charged_amount <> p.amount or c.refunded_amount <> 0)
        or p.status = 'refunded' and c.charged_amount <> c.refunded_amount
        or p.status = 'failed' and c.charged_amount <> c.refunded_amount and p.updated_at < now() - ${UNHEARD}`,
  }),
];
