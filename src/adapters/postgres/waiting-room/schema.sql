-- Numbers of processes that keep rooms in memory. Each holds an advisory lock on its own as long as it lives.
create sequence room_holder as integer;

create table room (
  performance_id  uuid primary key references performance (id) on delete cascade,
  state           text not null default 'open' check (state in ('open', 'paused', 'draining', 'closed')),
  rate_per_second integer not null check (rate_per_second >= 0),
  concurrency     integer not null check (concurrency >= 0),
  grace_ms        integer not null check (grace_ms > 0),
  rate_before     integer,                         -- the rate that comes back, while another one is lent
  updated_at      timestamptz not null,
  version         integer not null default 0,      -- one more with each change of its settings
  holder          integer,                         -- the process that keeps the room, if it still lives
  retired_at      timestamptz,                     -- over: not kept in memory until somebody asks for it
  -- Entries up to here have ended for good. What a start needs of them stands beside it, but for how the last of them
  -- ended; it reads on from there.
  settled_to       integer not null default 0,
  settled_admitted integer not null default 0,     -- how many of them were admitted
  settled_at       timestamptz                     -- the latest moment on record in them
);
alter sequence room_holder owned by room.holder;

-- Every change of a room's settings, so that a checker can tell which limits held when.
create table room_setting (
  performance_id  uuid not null references performance (id) on delete cascade,
  changed_at      timestamptz not null,
  state           text not null,
  rate_per_second integer not null,
  concurrency     integer not null,
  grace_ms        integer not null,
  changed_by      uuid
);
create index room_setting_time on room_setting (performance_id, changed_at);

-- A place in line. No foreign keys: this table takes tens of thousands of rows a second, and
-- `check` verifies what the keys would. One statement admits the neighbours of a whole page and cannot use space that it
-- frees itself: with half of each page free the new versions stay beside the old ones and no index is touched
-- (heap-only updates). Admitting 10,000 then writes a third of the log, in about half of the time.
-- status: 0 waiting, 1 admitted, 2 left, 3 dropped (passed over, and not back within the grace), 4 expired, 5 spent
create table room_entry (
  performance_id  uuid not null,
  number          integer not null,
  account_id      uuid not null,
  joined_at       timestamptz not null,
  status          smallint not null default 0,
  admitted_at     timestamptz,
  pass_expires_at timestamptz,
  picked_up_at    timestamptz,                     -- the pass was fetched
  ended_at        timestamptz,
  primary key (performance_id, number)
) with (fillfactor = 50);

-- Admissions that nobody fetched: their slot was free again from `given_up_at` on, and the entry waits.
create table room_missed_admission (
  performance_id uuid not null,
  number         integer not null,
  admitted_at    timestamptz not null,
  given_up_at    timestamptz not null,
  primary key (performance_id, number, admitted_at)
);

-- Silent waiters before whom somebody with a larger number was admitted, and when they were back: what a
-- checker needs to tell passing over from an inversion.
create table room_absence (
  performance_id uuid not null,
  number         integer not null,
  passed_over_at timestamptz not null,
  returned_at    timestamptz,
  primary key (performance_id, number, passed_over_at)
);

-- When a booking of an account last ended. Passes that were not earned in the line (load tests, invitations)
-- name no entry: one that was issued before this moment is spent.
create table spent_pass (
  performance_id uuid not null,
  account_id     uuid not null,
  spent_at       timestamptz not null,
  primary key (performance_id, account_id)
);
