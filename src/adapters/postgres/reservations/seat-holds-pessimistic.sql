-- Only where HOLD_STRATEGY is pessimistic: lock the rows of the seats, look, write. Rows that do not exist cannot be locked: the guard
-- of the write finds a seat that was inserted in between, and the transaction is refused with 40001.
create or replace function hold_seats_pessimistic(
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
    select c.seat_no, c.epoch, c.status = 2 or (c.status = 1 and c.expires_at > at) as live from seat_hold c
    where c.performance_id = performance and c.seat_no = any (seats)
    order by c.seat_no for update
  )
  select coalesce(max(l.epoch), 0) + 1, array_agg(l.seat_no) filter (where l.live) into top, live from locked l;
  if live is not null then return '[' || array_to_string(live, ',') || ']'; end if;

  insert into seat_hold as s (performance_id, seat_no, epoch, status, reservation_id, expires_at)
  select performance, w.seat_no, top, 1, id, expiry from unnest(seats) as w (seat_no) order by w.seat_no
  on conflict (performance_id, seat_no) do update
    set epoch = excluded.epoch, status = 1, reservation_id = excluded.reservation_id,
      expires_at = excluded.expires_at
    where s.epoch < excluded.epoch and (s.status = 0 or (s.status = 1 and s.expires_at <= at));
  get diagnostics written = row_count;
  if written < cardinality(seats) then
    raise exception 'a seat was held for the first time in between' using errcode = '40001';
  end if;

  perform record_reservation(id, performance, account, seats, prices, amount, top, expiry, trace, at);
  return top::text;
end
$$;
