-- Only where HOLD_STRATEGY is serializable: look, then write, with no lock and no guard of ours. It is right in a SERIALIZABLE
-- transaction alone, and refuses any other: there PostgreSQL itself ends all but one of those that looked at what another
-- wrote, with 40001.
create or replace function hold_seats_serializable(
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
begin
  if current_setting('transaction_isolation') <> 'serializable' then
    raise exception 'seats are held this way in a serializable transaction alone';
  end if;
  select coalesce(max(c.epoch), 0) + 1,
    array_agg(c.seat_no) filter (where c.status = 2 or (c.status = 1 and c.expires_at > at))
  into top, live
  from seat_hold c where c.performance_id = performance and c.seat_no = any (seats);
  if live is not null then return '[' || array_to_string(live, ',') || ']'; end if;

  had := seats_had(account, performance, at);
  if had + cardinality(seats) > seats_max then return '{"had":' || had || '}'; end if;

  insert into seat_hold (performance_id, seat_no, epoch, status, reservation_id, expires_at)
  select performance, w.seat_no, top, 1, id, expiry from unnest(seats) as w (seat_no) order by w.seat_no
  on conflict (performance_id, seat_no) do update
    set epoch = excluded.epoch, status = 1, reservation_id = excluded.reservation_id,
      expires_at = excluded.expires_at;
  perform record_reservation(id, performance, account, seats, prices, amount, top, expiry, trace, at);
  return top::text;
end
$$;
