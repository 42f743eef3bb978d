-- Holds seats for a batch of requests: one call is one transaction.
--
-- Each request is an element of the first arrays, each wanted seat one of the last three: `seat_requests`
-- says whose it is (from 1), seats of one request stand together, ascending, from `firsts` on. Within one
-- call every seat is wanted at most once and every person asks at most once in a performance:
-- modules/reservations/seat-lines.ts sees to that. A call that breaks it fails as a whole, or counts a
-- person's seats too low; it never gives a seat twice.
--
-- Answers a JSON array with one element for each request:
--   a number           it has all of its seats, with this epoch
--   an array           it has none; these of its seats have a live owner
--   {"had": number}    it has none; with the person's seats so far these would exceed the limit
--   {"before": number} it had them before, with this epoch: the answer of an earlier run was lost on its way
--
-- Step by step, where each statement sees what was committed before it:
-- 1. Refuse who wants a seat with a live owner. In a storm on sold seats nothing is written, so there is no
--    commit to wait for.
-- 2. Lock the persons, in one order for all, and count what they have: two requests of one person on two
--    instances cannot both find room under the limit. A hold that lapsed a moment ago counts until the sweep
--    has ended it, since a payment that came in time may still be under way for it. (Bound: a lock for each
--    request under way. PostgreSQL's lock table has room for 64 times its connections by default.)
-- 3. Take the seats, in key order. Between two calls the primary key decides. All seats of a request get the
--    same epoch, one above the highest that any of them had.
-- 4. Only if another call came in between 1 and 3: what got only some of its seats gives them back, free,
--    with the epoch that they have grown to, and epochs that differ are made even.
-- 5. Write the reservations of what got all, and their events into one row (../events/schema.sql).
--
-- Plans are made once for each connection, when the tables may still be empty, and must do for full ones:
-- hence the settings, and the laterals with a limit, which are looked up by index, row by row.
create function hold_seats(
  ids uuid[], performances uuid[], accounts uuid[], firsts integer[], counts integer[], amounts bigint[],
  limits integer[], ttls bigint[], traces text[],
  seat_requests integer[], seat_nos integer[], seat_prices bigint[], at timestamptz
) returns text
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
  answers text[];   -- null: not decided, or won with the epoch in `epochs`
  epochs integer[];
  taken record;
begin
  select array_agg(p.answer order by p.n), array_agg(p.epoch order by p.n) into answers, epochs
  from (
    select w.n, coalesce(max(s.epoch), 0) + 1 as epoch,
      case
        when bool_or(s.reservation_id = ids[w.n] and s.status > 0) then '{"before":' || max(s.epoch) || '}'
        when bool_or(s.live) then '[' || string_agg(w.seat_no::text, ',') filter (where s.live) || ']'
      end as answer
    from unnest(seat_requests, seat_nos) as w (n, seat_no)
    left join lateral (
      select c.epoch, c.status, c.reservation_id, c.status = 2 or (c.status = 1 and c.expires_at > at) as live
      from seat_hold c where c.performance_id = performances[w.n] and c.seat_no = w.seat_no limit 1
    ) s on true
    group by w.n
  ) p;
  if array_position(answers, null) is null then return '[' || array_to_string(answers, ',') || ']'; end if;

  perform pg_advisory_xact_lock(k.performance, k.account)
  from (
    select uuid_hash(r.performance_id) as performance, uuid_hash(r.account_id) as account
    from unnest(performances, accounts, answers) as r (performance_id, account_id, answer)
    where r.answer is null
    order by 1, 2
  ) k;
  select array_agg(case when r.answer is null and h.had + r.seats > r.seats_max
      then '{"had":' || h.had || '}' else r.answer end order by r.n)
  into answers
  from unnest(performances, accounts, counts, limits, answers) with ordinality
    as r (performance_id, account_id, seats, seats_max, answer, n)
  left join lateral (
    -- "is true" hides the second condition from the planner, which must take the index on the person.
    select coalesce(sum(cardinality(o.seat_nos)), 0) as had from reservation o
    where r.answer is null and o.account_id = r.account_id and (o.performance_id = r.performance_id) is true
      and (o.status in (1, 2) or (o.status = 0 and o.expires_at > at - interval '10 seconds'))
  ) h on true;

  with want as materialized (
    select performances[w.n] as performance_id, w.seat_no, epochs[w.n] as epoch, ids[w.n] as id,
      at + ttls[w.n] * interval '1 millisecond' as expires_at
    from unnest(seat_requests, seat_nos) as w (n, seat_no)
    where answers[w.n] is null
    order by 1, 2
  ), took as (
    insert into seat_hold as s (performance_id, seat_no, epoch, status, reservation_id, expires_at)
    select performance_id, seat_no, epoch, 1, id, expires_at from want
    on conflict (performance_id, seat_no) do update
      set epoch = greatest(s.epoch + 1, excluded.epoch), status = 1,
        reservation_id = excluded.reservation_id, expires_at = excluded.expires_at
      where s.status = 0 or (s.status = 1 and s.expires_at <= at)
    returning s.epoch
  )
  select w.seats, w.epochs, t.seats as seats_taken, t.epochs as epochs_taken into taken
  from (select count(*) as seats, sum(epoch) as epochs from want) w,
    (select count(*) as seats, sum(epoch) as epochs from took) t;

  -- An epoch is never lower than intended, so equal sums mean equal epochs.
  if taken.seats_taken <> taken.seats or taken.epochs_taken <> taken.epochs then
    with mine as materialized (
      select w.n, w.seat_no, s.epoch
      from unnest(seat_requests, seat_nos) as w (n, seat_no)
      left join lateral (
        select c.epoch from seat_hold c
        where c.performance_id = performances[w.n] and c.seat_no = w.seat_no and c.reservation_id = ids[w.n]
          and c.status = 1
        limit 1
      ) s on true
      where answers[w.n] is null
    ), outcome as (
      select n, max(epoch) as epoch,
        '[' || string_agg(seat_no::text, ',') filter (where epoch is null) || ']' as answer
      from mine group by n
    )
    select array_agg(coalesce(r.answer, o.answer) order by r.n), array_agg(coalesce(o.epoch, r.epoch) order by r.n)
    into answers, epochs
    from unnest(answers, epochs) with ordinality as r (answer, epoch, n) left join outcome o on o.n = r.n;
    -- Only own rows, locked since step 3: their order is free.
    update seat_hold c
    set status = case when answers[w.n] is null then 1 else 0 end,
      epoch = case when answers[w.n] is null then epochs[w.n] else c.epoch end
    from unnest(seat_requests, seat_nos) as w (n, seat_no)
    where c.performance_id = performances[w.n] and c.seat_no = w.seat_no and c.reservation_id = ids[w.n]
      and c.status = 1 and c.expires_at > at;
  end if;

  with won as materialized (
    select r.id, r.performance_id, r.account_id, r.epoch, r.amount, r.ttl, r.trace,
      seat_nos[r.first:r.first + r.seats - 1] as seat_nos, seat_prices[r.first:r.first + r.seats - 1] as prices,
      at + r.ttl * interval '1 millisecond' as expires_at
    from unnest(ids, performances, accounts, firsts, counts, amounts, ttls, traces, answers, epochs)
      as r (id, performance_id, account_id, first, seats, amount, ttl, trace, answer, epoch)
    where r.answer is null
  ), created as (
    insert into reservation
      (id, performance_id, account_id, seat_nos, prices, epoch, amount, status, created_at, expires_at, updated_at)
    select id, performance_id, account_id, seat_nos, prices, epoch, amount, 0, at, expires_at, at from won
  )
  insert into event (type, version, occurred_at, size, data)
  select 'reservation.created', 1, at, count(*), ('[' || string_agg(
    concat('["', id, '","', performance_id, '","', account_id, '",[', array_to_string(seat_nos, ','), '],', epoch, ',',
      amount, ',', ttl, ',' || to_json(trace), ']'), ',') || ']')::json
  from won
  having count(*) > 0;

  return '[' || (select string_agg(coalesce(r.answer, r.epoch::text), ',' order by r.n)
    from unnest(answers, epochs) with ordinality as r (answer, epoch, n)) || ']';
end
$$;
