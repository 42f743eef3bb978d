-- Only where HOLD_STRATEGY is optimistic, its second half: writes if no seat has changed since its epoch was read (0: there
-- was no row), and is refused with 40001 as a whole if one has.
create or replace function hold_seats_optimistic(
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

  insert into seat_hold as s (performance_id, seat_no, epoch, status, reservation_id, expires_at)
  select performance, w.seat_no, hold_seats_optimistic.epoch, 1, id, expiry
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

  perform record_reservation(id, performance, account, seats, prices, amount, hold_seats_optimistic.epoch, expiry, trace, at);
  return hold_seats_optimistic.epoch::text;
end
$$;
