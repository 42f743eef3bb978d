-- Claims seats for one request that has no company. `claim_seats` (0010) joins arrays in five statements, which pays
-- from two requests on; alone it takes 1.4 times as long as this (durable calls on two cores, median: 0.81 and
-- 0.59 ms one after the other, 1.15 and 0.80 ms with 2 ms between them).
--
-- Answers as 0010 does for one request. A seat that another call takes in between is refused with 40001, and the
-- request has to go to `claim_seats` then, as it has after an answer that was lost on its way: only that one
-- recognises what an earlier run did.
create function claim_seats_alone(
  id uuid, performance uuid, account uuid, seats integer[], prices bigint[], amount bigint, seats_max integer,
  ttl bigint, trace text, at timestamptz
) returns text
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  expiry constant timestamptz := at + ttl * interval '1 millisecond';
  top integer;
  live integer[];
  had bigint;
  taken record;
begin
  -- Without a lock: in a storm on sold seats nothing is written, so there is no commit to wait for.
  select coalesce(max(c.epoch), 0) + 1,
    array_agg(c.seat_no) filter (where c.status = 2 or (c.status = 1 and c.expires_at > at))
  into top, live
  from seat_claim c where c.performance_id = performance and c.seat_no = any (seats);
  if live is not null then return '[' || array_to_string(live, ',') || ']'; end if;

  perform pg_advisory_xact_lock(uuid_hash(performance), uuid_hash(account));
  had := seats_had(account, performance, at);
  if had + cardinality(seats) > seats_max then return '{"had":' || had || '}'; end if;

  with took as (
    insert into seat_claim as s (performance_id, seat_no, epoch, status, reservation_id, expires_at)
    select performance, w.seat_no, top, 1, id, expiry from unnest(seats) as w (seat_no) order by w.seat_no
    on conflict (performance_id, seat_no) do update
      set epoch = greatest(s.epoch + 1, excluded.epoch), status = 1, reservation_id = excluded.reservation_id,
        expires_at = excluded.expires_at
      where s.status = 0 or (s.status = 1 and s.expires_at <= at)
    returning s.epoch
  )
  select count(*) as seats, sum(t.epoch) as epochs into taken from took t;
  -- An epoch is never lower than intended, so equal sums mean equal epochs.
  if taken.seats <> cardinality(seats) or taken.epochs <> top::bigint * cardinality(seats) then
    raise exception 'a seat was claimed in between' using errcode = '40001';
  end if;

  perform record_reservation(id, performance, account, seats, prices, amount, top, expiry, trace, at);
  return top::text;
end
$$;
