import { countedBreaches, type Invariant } from './invariant.ts';

/** What ends a reservation's story; nothing of the reservation is told afterwards. */
const LAST = `('reservation.cancelled', 'reservation.expired')`;

/** A payment may be refused at any time, also for a reservation that has ended. */
const OF_RESERVATION = `type like 'reservation.%' or type = 'payment.succeeded'`;
const COUNT_OF_RESERVATION = `select coalesce(sum(size), 0) from event where ${OF_RESERVATION}`;

/** The key of the partition of an event, as text. */
const PARTITION_KEY = `coalesce(partition_key, key::text)`;

/**
 * How far a consumer is in the partition of each key that such events have: "key" and "position". What lies below has
 * taken effect, whatever feed brought it. The hash is that of platform/events/partitions.ts, of keys in ASCII.
 */
const marksOf = (consumer: string, events: string) => `(
  with recursive hashed as (
    select distinct ${PARTITION_KEY} as key, 0 as n, 2166136261 as hash from event where ${events}
    union all
    select key, n + 1, ((hash # ascii(substr(key, n + 1, 1))) * 16777619) % 4294967296 from hashed where n < length(key)
  )
  select h.key, m.position from hashed h
  join event_mark m on m.consumer = '${consumer}' and m.partition = h.hash % 12
  where h.n = length(h.key))`;

const IS_MARKED = 'c.key = coalesce(e.partition_key, e.key::text) and e.position <= c.position';

/** Of `event e`: whether it lies below its mark without having taken effect, as it is parked or was given up. */
const isParkedBy = (consumer: string) => `exists (select from dead_letter d
  where d.consumer = '${consumer}' and d.position = e.position and d.state <> 'redriven')`;

/** The last position drawn, of `event_position_seq s`. */
const LOG_END = 'case when s.is_called then s.last_value else 0 end';

/** Of `event_mark m`: no other feed brings its consumer events. */
const BY_STORE_ALONE = `not exists (select from event_consumer o where o.name = m.consumer and o.feed <> 'postgres')`;

/**
 * Invariant 6: every event saved, in order per key, effective once. (That each state of a reservation has
 * its event, and only that, is among the invariants of seats.)
 */
export const eventInvariants: readonly Invariant[] = [
  countedBreaches({
    name: 'events_tell_of_what_exists',
    checked: COUNT_OF_RESERVATION,
    // Where events share a row the key stands nowhere but in what they name; composing data for each is slow.
    breaches: `select 'event ' || e.position || ' ' || e.type || ' tells of reservation ' || e.key
        || case when r.id is null then ', which does not exist' else ' and names ' || coalesce(e.named, 'none') end
      from (
        select position, type, key, data->>'reservationId' as named from event where key is not null and (${OF_RESERVATION})
        union all
        select position, type, key, key::text from event_each where n > 0
      ) e
      left join reservation r on r.id = e.key
      where r.id is null or e.named is distinct from e.key::text`,
  }),
  countedBreaches({
    name: 'events_stand_in_order_per_key',
    checked: COUNT_OF_RESERVATION,
    breaches: `select 'event ' || position || ' ' || type || ' of ' || key || ' comes '
        || case when n = 1 then 'before the reservation was created' else 'after ' || previous end
      from (
        select position, type, key, row_number() over w as n, lag(type) over w as previous
        from event_each where ${OF_RESERVATION} window w as (partition by key order by position)
      ) e
      where (n = 1) <> (type = 'reservation.created') or previous in ${LAST}`,
  }),
  countedBreaches({
    name: 'payments_have_their_events',
    checked: "select count(*) from payment where purpose = 'reservation' and paid_at is not null",
    breaches: `select 'payment ' || coalesce(p.id::text, e.data->>'paymentId') || ' has ' || count(e.position) || ' events'
        || case when p.id is null then ' and does not exist' else '' end
      from (select * from payment where purpose = 'reservation' and paid_at is not null) p
      full join (select * from event where type = 'payment.succeeded') e
        on e.key = p.purpose_id and e.data->>'paymentId' = p.id::text
      group by p.id, e.data->>'paymentId' having p.id is null or count(e.position) <> 1`,
  }),
  countedBreaches({
    name: 'charges_have_their_events',
    checked: `select count(*) from point_entry where kind = 'charge' and balance_after is not null`,
    breaches: `select 'account ' || account_id || ' was charged ' || coalesce(c.total, 0) || ' in ' || coalesce(c.times, 0)
        || ' entries, and events tell of ' || coalesce(e.total, 0) || ' in ' || coalesce(e.times, 0)
      from (select account_id, count(*) as times, sum(amount) as total from point_entry
        where kind = 'charge' and balance_after is not null group by 1) c
      full join (select key as account_id, count(*) as times, sum((data->>'amount')::bigint) as total from event
        where type = 'points.charged' group by 1) e using (account_id)
      where c.times is distinct from e.times or c.total is distinct from e.total`,
  }),
  countedBreaches({
    // Read through the sequence, since what was rolled back at the end of the log left no row.
    name: 'consumers_are_not_ahead_of_the_log',
    checked: 'select count(*) from event_consumer',
    breaches: `select 'consumer ' || c.name || ' stands at ' || c.position || ', the log ends at ' || s.last_value
      from event_consumer c, event_position_seq s
      where c.position < 0
        or c.feed = 'postgres' and c.position > ${LOG_END}`,
  }),
  countedBreaches({
    name: 'marks_lie_within_the_log',
    checked: 'select count(*) from event_mark',
    breaches: `select 'mark ' || m.partition || ' of ' || m.consumer || ' stands at ' || m.position
        || ', the log ends at ' || s.last_value
      from event_mark m, event_position_seq s
      where m.position > ${LOG_END} or m.position < 0`,
  }),
  countedBreaches({
    // An event between the two would take effect again, or never.
    name: 'marks_are_not_ahead_of_their_consumer',
    checked: `select count(*) from event_mark m
      where ${BY_STORE_ALONE}`,
    breaches: `select 'mark ' || m.partition || ' of ' || m.consumer || ' stands at ' || m.position
        || ', the consumer at ' || c.position
      from event_mark m join event_consumer c on c.name = m.consumer and c.feed = 'postgres'
      where m.position > c.position
        and ${BY_STORE_ALONE}`,
  }),
  countedBreaches({
    name: 'consumers_have_a_mark_for_each_partition',
    checked: 'select count(distinct name) from event_consumer',
    breaches: `select 'consumer ' || consumer || case when bool_and(is_known) then ' has marks of ' else ' is not known, and has marks of ' end
        || count(partition) || ' partitions'
      from (
        select c.name as consumer, m.partition, true as is_known
        from (select distinct name from event_consumer) c left join event_mark m on m.consumer = c.name
        union all
        select m.consumer, m.partition, false from event_mark m
        where not exists (select from event_consumer c where c.name = m.consumer)
      ) all_of_them
      group by consumer having count(partition) <> 12 or not bool_and(is_known)`,
  }),
  countedBreaches({
    name: 'accepted_cancellations_are_carried_out',
    checked: `select count(*) from event where type = 'reservation.cancellation-requested'`,
    breaches: `select 'reservation ' || r.id || ' is still being cancelled, though event ' || e.position
        || ' is below the mark of its consumer, ' || c.position
      from event e join reservation r on r.id = e.key
      join ${marksOf('reservations.cancellations', `type = 'reservation.cancellation-requested'`)} c
        on ${IS_MARKED}
      where e.type = 'reservation.cancellation-requested' and r.status = 2
        and not ${isParkedBy('reservations.cancellations')}`,
  }),
  countedBreaches({
    name: 'rankings_count_each_sale_once',
    checked: 'select count(*) from sales_progress',
    breaches: `select 'performance ' || performance_id || ' is ranked with ' || coalesce(p.sold, 0)
        || ' seats, its events up to there sold ' || coalesce(l.sold, 0)
      from sales_progress p
      full join (
        select (e.data->>'performanceId')::uuid as performance_id,
          sum(case e.type when 'payment.succeeded' then 1 else -1 end * json_array_length(e.data->'seatNos')) as sold
        from event e join ${marksOf('ranking', `type in ('payment.succeeded', 'reservation.cancelled')`)} c
          on ${IS_MARKED}
        where not ${isParkedBy('ranking')} and (e.type = 'payment.succeeded' or e.type = 'reservation.cancelled'
          and exists (select from event b where b.key = e.key and b.type = 'payment.succeeded'))
        group by 1
      ) l using (performance_id)
      where coalesce(p.sold, 0) <> coalesce(l.sold, 0)
        and exists (select from performance where performance.id = performance_id)`,
  }),
  countedBreaches({
    name: 'positions_lie_within_the_log',
    checked: 'select count(*) from event',
    breaches: `select 'event ' || e.position || ' lies behind the last position drawn, ' || s.last_value
      from (select max(position) as position from event) e, event_position_seq s
      where e.position > s.last_value or (e.position is not null and not s.is_called)`,
  }),
  countedBreaches({
    name: 'stored_results_belong_to_someone',
    checked: 'select count(*) from idempotency_record',
    breaches: `select 'result of the key ' || i.key || ' of ' || i.scope || ', who has no account'
      from idempotency_record i
      where i.scope <> '00000000-0000-0000-0000-000000000000'
        and not exists (select from account a where a.id = i.scope)
      union all
      select 'result of the key ' || key || ' of ' || scope || ' is none: ' || left(result, 80)
      from idempotency_record where result !~ '^\\{"ok":(true|false,"code":"(?!rate_limited"))'`,
  }),
];
