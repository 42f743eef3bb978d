-- The arbiter. One row per seat that was ever held; the primary key decides who has it.
-- status: 0 free, 1 held, 2 sold. epoch grows with every owner (the fencing number).
create table seat_hold (
  performance_id uuid not null,
  seat_no        integer not null,
  epoch          integer not null,
  status         smallint not null,
  reservation_id uuid not null,
  expires_at     timestamptz not null,             -- of a hold; of no meaning once sold or free
  primary key (performance_id, seat_no)
) with (fillfactor = 70);

-- status: 0 held, 1 confirmed, 2 cancelling, 3 cancelled, 4 expired
-- No index mentions status: a change of status stays a heap-only update.
create table reservation (
  id             uuid primary key,
  performance_id uuid not null,
  account_id     uuid not null,
  seat_nos       integer[] not null,               -- ascending
  prices         bigint[] not null default '{}',   -- of each seat, as of the time of the hold
  epoch          integer not null,                 -- the same in all of its seats while it owns them
  amount         bigint not null check (amount >= 0),
  status         smallint not null,
  created_at     timestamptz not null,
  expires_at     timestamptz not null,
  updated_at     timestamptz not null,
  kept_for       timestamptz                       -- the start that the buyer of a postponed performance agreed to
) with (fillfactor = 85);
create index reservation_account on reservation (account_id, id);
create index reservation_performance on reservation (performance_id, id);
create index reservation_expiry on reservation using brin (expires_at) with (pages_per_range = 16, autosummarize = on);
