-- Claims of one request each, for the strategies that the lab compares with the batch of 0010. One call is
-- one transaction and one round trip; plans are kept like there. All answer as 0010 does for one request,
-- but {"before"}: these are not run again unasked.

-- The seats that a person has in a performance, held or bought. Call it under the person's lock. As in 0010 a
-- hold that lapsed a moment ago counts until it is ended: it may be being paid.
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
  insert into event (type, version, key, occurred_at, trace, data)
  values ('reservation.created', 1, id, at, trace, jsonb_build_object('reservationId', id,
    'performanceId', performance, 'accountId', account, 'seatNos', seats, 'epoch', epoch, 'amount', amount,
    'expiresAt', to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')));
end
$$;

-- Pessimistic: lock the rows of the seats, look, write. Rows that do not exist cannot be locked; who inserts
-- one in between is found by the guard of the write, and the transaction is refused with 40001.
create function claim_seats_pessimistic(
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
  had bigint;
  top integer;
  live integer[];
  written integer;
begin
  perform pg_advisory_xact_lock(uuid_hash(performance), uuid_hash(account));
  had := seats_had(account, performance, at);
  if had + cardinality(seats) > seats_max then return '{"had":' || had || '}'; end if;

  with locked as (
    select c.seat_no, c.epoch, c.status = 2 or (c.status = 1 and c.expires_at > at) as live from seat_claim c
    where c.performance_id = performance and c.seat_no = any (seats)
    order by c.seat_no for update
  )
  select coalesce(max(l.epoch), 0) + 1, array_agg(l.seat_no) filter (where l.live) into top, live from locked l;
  if live is not null then return '[' || array_to_string(live, ',') || ']'; end if;

  insert into seat_claim as s (performance_id, seat_no, epoch, status, reservation_id, expires_at)
  select performance, w.seat_no, top, 1, id, expiry from unnest(seats) as w (seat_no) order by w.seat_no
  on conflict (performance_id, seat_no) do update
    set epoch = excluded.epoch, status = 1, reservation_id = excluded.reservation_id,
      expires_at = excluded.expires_at
    where s.epoch < excluded.epoch and (s.status = 0 or (s.status = 1 and s.expires_at <= at));
  get diagnostics written = row_count;
  if written < cardinality(seats) then
    raise exception 'a seat was claimed for the first time in between' using errcode = '40001';
  end if;

  perform record_reservation(id, performance, account, seats, prices, amount, top, expiry, trace, at);
  return top::text;
end
$$;

-- Optimistic, second half: writes if no seat has changed since its epoch was read (0: there was no row).
-- Refused with 40001 as a whole if one has.
create function claim_seats_optimistic(
  id uuid, performance uuid, account uuid, seats integer[], prices bigint[], amount bigint, seats_max integer,
  ttl bigint, trace text, at timestamptz, epochs_read integer[], epoch integer
) returns text
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict use_column
declare
  expiry constant timestamptz := at + ttl * interval '1 millisecond';
  had bigint;
  written integer;
begin
  perform pg_advisory_xact_lock(uuid_hash(performance), uuid_hash(account));
  had := seats_had(account, performance, at);
  if had + cardinality(seats) > seats_max then return '{"had":' || had || '}'; end if;

  insert into seat_claim as s (performance_id, seat_no, epoch, status, reservation_id, expires_at)
  select performance, w.seat_no, claim_seats_optimistic.epoch, 1, id, expiry
  from unnest(seats) as w (seat_no) order by w.seat_no
  on conflict (performance_id, seat_no) do update
    set epoch = excluded.epoch, status = 1, reservation_id = excluded.reservation_id,
      expires_at = excluded.expires_at
    where s.epoch = epochs_read[array_position(seats, s.seat_no)]
      and (s.status = 0 or (s.status = 1 and s.expires_at <= at));
  get diagnostics written = row_count;
  if written < cardinality(seats) then
    raise exception 'a seat has changed since it was read' using errcode = '40001';
  end if;

  perform record_reservation(id, performance, account, seats, prices, amount, claim_seats_optimistic.epoch, expiry, trace, at);
  return claim_seats_optimistic.epoch::text;
end
$$;

-- The second step of the broken strategy: writes whatever the seats are by now. For the lab only.
create function claim_seats_unguarded(
  id uuid, performance uuid, account uuid, seats integer[], prices bigint[], amount bigint,
  ttl bigint, trace text, at timestamptz
) returns text
language plpgsql
as $$
declare
  expiry constant timestamptz := at + ttl * interval '1 millisecond';
  top integer;
begin
  select coalesce(max(c.epoch), 0) + 1 into top from seat_claim c
  where c.performance_id = performance and c.seat_no = any (seats);
  insert into seat_claim as s (performance_id, seat_no, epoch, status, reservation_id, expires_at)
  select performance, w.seat_no, top, 1, id, expiry from unnest(seats) as w (seat_no) order by w.seat_no
  on conflict (performance_id, seat_no) do update
    set epoch = excluded.epoch, status = 1, reservation_id = excluded.reservation_id,
      expires_at = excluded.expires_at;
  perform record_reservation(id, performance, account, seats, prices, amount, top, expiry, trace, at);
  return top::text;
end
$$;
