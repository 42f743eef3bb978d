-- For functions that decide one request: this one, and those of the strategies that the lab compares with it.

-- The seats that a person has in a performance, held or bought. Call it under the person's lock. A hold that lapsed a
-- moment ago counts until the sweep has ended it, as in `hold_seats`.
create function seats_had(account uuid, performance uuid, at timestamptz) returns bigint
language sql stable
as $$
  select coalesce(sum(cardinality(o.seat_nos)), 0)::bigint from reservation o
  where o.account_id = account and (o.performance_id = performance) is true
    and (o.status in (1, 2) or (o.status = 0 and o.expires_at > at - interval '10 seconds'))
$$;

-- Writes a reservation that has its seats, and its event.
create function record_reservation(
  id uuid, performance uuid, account uuid, seats integer[], prices bigint[], amount bigint, epoch integer,
  expires_at timestamptz, trace text, at timestamptz
) returns void
language plpgsql
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_variable
begin
  insert into reservation
    (id, performance_id, account_id, seat_nos, prices, epoch, amount, status, created_at, expires_at, updated_at)
  values (id, performance, account, seats, prices, epoch, amount, 0, at, expires_at, at);
  insert into event (type, version, key, partition_key, occurred_at, trace, data)
  values ('reservation.created', 1, id, performance, at, trace, jsonb_build_object('reservationId', id,
    'performanceId', performance, 'accountId', account, 'seatNos', seats, 'epoch', epoch, 'amount', amount,
    'expiresAt', to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')));
end
$$;

-- Holds seats for one request that comes alone. `hold_seats` joins arrays in five statements, which pays from two requests
-- on; alone it takes 1.4 times as long as this.
--
-- Answers as `hold_seats` does for one request. A seat that another call takes in between is refused with 40001, and the
-- request has to go to `hold_seats` then, as it has after an answer that was lost on its way: only `hold_seats`
-- recognises what an earlier run did.
create function hold_seats_alone(
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
  from seat_hold c where c.performance_id = performance and c.seat_no = any (seats);
  if live is not null then return '[' || array_to_string(live, ',') || ']'; end if;

  perform pg_advisory_xact_lock(uuid_hash(performance), uuid_hash(account));
  had := seats_had(account, performance, at);
  if had + cardinality(seats) > seats_max then return '{"had":' || had || '}'; end if;

  with took as (
    insert into seat_hold as s (performance_id, seat_no, epoch, status, reservation_id, expires_at)
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
    raise exception 'a seat was held in between' using errcode = '40001';
  end if;

  perform record_reservation(id, performance, account, seats, prices, amount, top, expiry, trace, at);
  return top::text;
end
$$;
