-- As 0014 defines it, but for the type of `n`: where both halves have the same types the planner sees through the view,
-- and composes `data` only for those who read it. The invariants of 190,000 reservations took 11.4 s, so 6.1.
create or replace view event_each as
  select position, 0::bigint as n, type, version, key, occurred_at, trace, data from event where key is not null
  union all
  select e.position, t.n, e.type, e.version, (t.told->>0)::uuid, e.occurred_at, t.told->>7,
    json_build_object('reservationId', t.told->>0, 'performanceId', t.told->>1, 'accountId', t.told->>2,
      'seatNos', t.told->3, 'epoch', t.told->4, 'amount', t.told->5,
      'expiresAt', to_char((e.occurred_at + (t.told->>6)::bigint * interval '1 millisecond') at time zone 'UTC',
        'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  from event e cross join lateral json_array_elements(e.data) with ordinality as t (told, n)
  where e.key is null;
