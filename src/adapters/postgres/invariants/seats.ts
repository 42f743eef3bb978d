import { countedBreaches, type Invariant } from './invariant.ts';

/**
 * Reservations that own their seats at the moment of the check. A cancellation that was accepted for a mere
 * hold lets the hold lapse like any other; one for a purchase keeps the seats until it is carried out.
 */
const LIVE = `select r.* from reservation r
  where r.status = 1 or (r.status in (0, 2) and r.expires_at > now())
    or (r.status = 2 and exists (select from payment p where p.purpose = 'reservation' and p.purpose_id = r.id and p.status = 'succeeded'))`;

const LIVE_SEATS = `select l.*, unnest(l.seat_nos) as seat_no from (${LIVE}) l`;

/** What every status of a reservation must have been told by, and only by. */
const TOLD_BY = `values (0, 'reservation.created'), (1, 'payment.succeeded'),
  (2, 'reservation.cancellation-requested'), (3, 'reservation.cancelled'), (4, 'reservation.expired')`;

/** Invariants 1 and 2: one live owner for a seat, and nothing done by a stale one. */
export const seatInvariants: readonly Invariant[] = [
  countedBreaches({
    name: 'seats_have_one_live_owner',
    checked: `select count(*) from (${LIVE_SEATS}) s`,
    breaches: `select 'seat ' || seat_no || ' of performance ' || performance_id || ' has ' || count(*)
        || ' live owners: ' || string_agg(id::text, ', ' order by id)
      from (${LIVE_SEATS}) s group by performance_id, seat_no having count(*) > 1`,
  }),
  countedBreaches({
    name: 'held_seats_have_their_reservation',
    checked: 'select count(*) from seat_hold where status > 0',
    breaches: `select 'seat ' || c.seat_no || ' of performance ' || c.performance_id || ' is '
        || case c.status when 1 then 'held' else 'sold' end || ' by reservation ' || c.reservation_id || ', which '
        || case when r.id is null then 'does not exist'
          when r.performance_id <> c.performance_id or c.seat_no <> all (r.seat_nos) then 'does not list it'
          when r.epoch <> c.epoch then 'has epoch ' || r.epoch || ' instead of ' || c.epoch
          else 'has status ' || r.status end
      from seat_hold c left join reservation r on r.id = c.reservation_id
      where c.status > 0 and (r.id is null or r.performance_id <> c.performance_id
        or c.seat_no <> all (r.seat_nos) or r.epoch <> c.epoch
        or (c.status = 1 and r.status not in (0, 2)) or (c.status = 2 and r.status not in (1, 2)))`,
  }),
  countedBreaches({
    name: 'reservations_own_their_seats',
    checked: `select count(*) from (${LIVE_SEATS}) s`,
    breaches: `select 'reservation ' || s.id || ' of status ' || s.status || ' does not own its seat ' || s.seat_no
      from (${LIVE_SEATS}) s
      left join seat_hold c on c.performance_id = s.performance_id and c.seat_no = s.seat_no
        and c.reservation_id = s.id and c.epoch = s.epoch
      where c.status is null or c.status = 0 or (s.status = 0 and c.status <> 1)
        or (s.status = 1 and c.status <> 2)`,
  }),
  countedBreaches({
    name: 'held_and_sold_and_free_make_the_capacity',
    checked: 'select count(*) from performance',
    breaches: `select 'performance ' || performance_id || ': ' || held || ' seats are held or sold, live reservations list '
        || listed || ', and it has ' || coalesce(capacity::text, 'no plan')
      from (
        select performance_id, s.capacity, coalesce(c.held, 0) as held, coalesce(l.listed, 0) as listed,
          coalesce(c.last_seat, 0) as last_seat, coalesce(c.first_seat, 0) as first_seat
        from (select performance_id, count(*) filter (where status = 2 or (status = 1 and expires_at > now())) as held,
            max(seat_no) as last_seat, min(seat_no) as first_seat from seat_hold group by 1) c
        full join (select performance_id, sum(cardinality(seat_nos)) as listed from (${LIVE}) l group by 1) l
          using (performance_id)
        left join performance p on p.id = performance_id left join stage s on s.id = p.stage_id
      ) x
      where held <> listed or capacity is null or held > capacity or last_seat >= capacity or first_seat < 0`,
  }),
  countedBreaches({
    name: 'epochs_grow_with_every_owner',
    checked: 'select coalesce(sum(cardinality(seat_nos)), 0) from reservation',
    breaches: `select 'seat ' || seat_no || ' of performance ' || performance_id || ' was given ' || count(*)
        || ' times with epoch ' || epoch
      from (select performance_id, epoch, unnest(seat_nos) as seat_no from reservation) o
      group by performance_id, seat_no, epoch having count(*) > 1
      union all
      select 'reservation ' || o.id || ' has epoch ' || o.epoch || ', its seat ' || o.seat_no || ' only ' || coalesce(c.epoch, 0)
      from (select id, performance_id, epoch, unnest(seat_nos) as seat_no from reservation) o
      left join seat_hold c on c.performance_id = o.performance_id and c.seat_no = o.seat_no
      where o.epoch > coalesce(c.epoch, 0)`,
  }),
  countedBreaches({
    name: 'no_lapsed_hold_was_confirmed',
    checked: 'select count(*) from payment where paid_at is not null',
    breaches: `select 'reservation ' || r.id || ' lapsed at ' || r.expires_at || ' and was paid at ' || p.paid_at
      from payment p join reservation r on p.purpose = 'reservation' and r.id = p.purpose_id
      where p.paid_at >= r.expires_at`,
  }),
  countedBreaches({
    // A limit that was lowered afterwards binds from the next reservation on; instances hear of it within seconds.
    name: 'limit_per_person_is_kept',
    checked: `select count(*) from (select from (${LIVE}) l group by performance_id, account_id) x`,
    breaches: `select 'account ' || l.account_id || ' has ' || sum(cardinality(l.seat_nos)) || ' seats of performance '
        || p.id || ', which allows ' || p.limit_per_person
      from (${LIVE}) l join performance p on p.id = l.performance_id
      group by l.account_id, p.id
      having sum(cardinality(l.seat_nos)) > p.limit_per_person
        and max(l.created_at) > p.updated_at + interval '5 seconds'`,
  }),
  countedBreaches({
    name: 'reservations_cost_what_their_seats_cost',
    checked: 'select count(*) from reservation',
    breaches: `select 'reservation ' || id || ' costs ' || amount || ', its seats ' || coalesce(total, 0)
      from reservation, lateral (select sum(price) as total from unnest(prices) as p (price)) t
      where cardinality(prices) > 0 and (amount <> total or cardinality(prices) <> cardinality(seat_nos))`,
  }),
  countedBreaches({
    name: 'reservations_have_their_events',
    checked: 'select count(*) from reservation',
    breaches: `with told as (
        select key, type, count(*) as times from event_each
        where type in (select column2 from (${TOLD_BY}) t) group by key, type
      )
      select 'reservation ' || r.id || ' of status ' || r.status || ' has ' || coalesce(e.times, 0) || ' events ' || t.type
      from reservation r
      join (${TOLD_BY}) as t (status, type) on t.status in (0, r.status)
      left join told e on e.key = r.id and e.type = t.type
      where coalesce(e.times, 0) <> 1
      union all
      select 'reservation ' || r.id || ' of status ' || r.status || ' has an event ' || e.type
      from reservation r join told e on e.key = r.id
      where (e.type = 'payment.succeeded' and r.status in (0, 4))
        or (e.type = 'reservation.cancelled' and r.status <> 3)
        or (e.type = 'reservation.expired' and r.status <> 4)
        or (e.type = 'reservation.cancellation-requested' and r.status not in (2, 3))`,
  }),
];
