-- Only where HOLD_STRATEGY is redis-lock: writes what was decided under locks in Redis, whose fencing number becomes the epoch
-- of the seats. A seat that has had an equal or higher number, or has a live owner all the same, refuses the whole with 40001:
-- the lock was lost, and somebody else came first.
create or replace function hold_seats_fenced(
  id uuid, performance uuid, account uuid, seats integer[], prices bigint[], amount bigint, seats_max integer,
  ttl bigint, trace text, at timestamptz, fence integer
) returns text
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  expiry constant timestamptz := at + ttl * interval '1 millisecond';
  had bigint;
  written integer;
begin
  perform pg_advisory_xact_lock(uuid_hash(performance), uuid_hash(account));
  had := seats_had(account, performance, at);
  if had + cardinality(seats) > seats_max then return '{"had":' || had || '}'; end if;

  insert into seat_hold as s (performance_id, seat_no, epoch, status, reservation_id, expires_at)
  select performance, w.seat_no, fence, 1, id, expiry from unnest(seats) as w (seat_no) order by w.seat_no
  on conflict (performance_id, seat_no) do update
    set epoch = excluded.epoch, status = 1, reservation_id = excluded.reservation_id,
      expires_at = excluded.expires_at
    where s.epoch < excluded.epoch and (s.status = 0 or (s.status = 1 and s.expires_at <= at));
  get diagnostics written = row_count;
  if written < cardinality(seats) then
    raise exception 'a lock on a seat was lost' using errcode = '40001';
  end if;

  perform record_reservation(id, performance, account, seats, prices, amount, fence, expiry, trace, at);
  return fence::text;
end
$$;
