-- The outbox is the log: an event is written once, in the transaction that changes the state, and is never moved,
-- changed or deleted. Readers follow `position` and must not miss an event that commits late (event-tail.ts). That rests
-- on two things here: positions are drawn one by one (cache 1, increment 1), so that a missing one shows as a gap; and
-- only INSERT draws them, which locks the table first.
--
-- The events of one batch of holds share a row, since an event for each hold was a fifth of the time of a call. Such a
-- row has no key, `size` events, and in `data` an array with one array for each event:
--   [reservation, performance, account, [seat numbers], epoch, amount, milliseconds to pay[, trace]]
-- `reservation.created` is the only type that is packed. packed-holds.ts unpacks it for the readers of the log, the
-- view `event_each` for the history of a reservation and for the checks.
create table event (
  position    bigint generated always as identity (cache 1 increment 1) primary key,
  type        text not null,
  version     smallint not null default 1,
  key         uuid,                                -- the subject; null: several events in one row
  partition_key text,                              -- order is kept per partition key; null: it is the subject
  occurred_at timestamptz not null,
  trace       text,                                -- W3C traceparent of the request that caused it
  data        json not null,
  size        integer not null default 1,          -- how many events the row holds
  -- Readers trust the size, and that nothing else is packed.
  constraint event_keyed_or_packed check (
    case when key is null then type = 'reservation.created' and version = 1 and size = json_array_length(data)
    else size = 1 end
  )
);
-- Compressing a long value takes longer than writing it.
alter table event alter column data set storage external;
create index event_key on event (key, position);
-- What managers and sellers did; see audit-log.ts.
create index event_audit on event (position)
  where type in ('roles.changed', 'room.changed', 'points.credited', 'check-in.undone', 'performance.cancelled',
    'performance.postponed', 'dead-letters.redriven', 'dead-letters.discarded');

-- Where a durable consumer reads on in each lane of a feed. An offset means something to its feed alone; of the feed
-- `postgres`, whose one lane is the table of events, it is a position: everything up to there has taken effect.
create table event_consumer (
  name            text not null,
  feed            text not null,
  lane            smallint not null default 0,
  position        bigint not null default 0,
  updated_at      timestamptz not null default now(),
  attempts        integer not null default 0,      -- of the batch that fails now
  failing_since   timestamptz,
  last_error      text,
  failed_position bigint,
  primary key (name, feed, lane)
);

-- The highest position of each partition that has taken effect, whatever feed brought it, and however often. The number
-- of partitions is fixed (platform/events/partitions.ts): another one would need other marks.
create table event_mark (
  consumer  text not null,
  partition smallint not null check (partition between 0 and 11),
  position  bigint not null default 0,
  primary key (consumer, partition)
) with (fillfactor = 50);

-- One row for each event, packed ones too. Both halves have the same column types, so that the planner sees
-- through the view and composes `data` only for a query that reads it.
create view event_each as
  select position, 0::bigint as n, type, version, key, occurred_at, trace, data from event where key is not null
  union all
  select e.position, t.n, e.type, e.version, (t.told->>0)::uuid, e.occurred_at, t.told->>7,
    json_build_object('reservationId', t.told->>0, 'performanceId', t.told->>1, 'accountId', t.told->>2,
      'seatNos', t.told->3, 'epoch', t.told->4, 'amount', t.told->5,
      'expiresAt', to_char((e.occurred_at + (t.told->>6)::bigint * interval '1 millisecond') at time zone 'UTC',
        'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  from event e cross join lateral json_array_elements(e.data) with ordinality as t (told, n)
  where e.key is null;

-- Events that a consumer could not take, and later ones of their partition keys, in the order in which a redrive
-- applies them (`seq`). They are below the consumer's marks: no feed gives them to it again.
create table dead_letter (
  seq             bigint generated always as identity primary key,
  id              uuid not null unique default gen_random_uuid(),
  consumer        text not null,
  partition_key   text not null,
  state           text not null check (state in ('parked', 'waiting', 'redriven', 'discarded')),
  partition       smallint,                        -- of its mark; null: it is no event of the log
  position        bigint,
  event_id        text not null,
  event           json not null,                   -- whole, so that it is there whatever feed brought it
  cause           text,                            -- null: it only waits
  error           text,
  attempts        integer not null default 0,
  first_failed_at timestamptz,
  last_failed_at  timestamptz,
  failed_in       uuid,                            -- the redrive in which it failed again last
  parked_at       timestamptz not null default now(),
  ended_at        timestamptz,
  reason          text,                            -- of a discard, which stays on record
  check ((state <> 'parked') or (cause is not null))
);
create unique index dead_letter_once on dead_letter (consumer, event_id) where state in ('parked', 'waiting');
create index dead_letter_order on dead_letter (consumer, partition_key, seq) where state in ('parked', 'waiting');
create index dead_letter_redriven on dead_letter (ended_at) where state = 'redriven';

-- Keys whose events go to dead letters, as one of them is parked: locked by who adds one or takes one out.
create table dead_letter_key (
  consumer        text not null,
  partition_key   text not null,
  types           text[] not null,                 -- what its consumer takes
  redrive         uuid,                            -- the redrive that is at it
  primary key (consumer, partition_key)
);
create index dead_letter_key_redrive on dead_letter_key (redrive, partition_key) where redrive is not null;

-- Redrives. Who works at one is its holder, until `held_until` at most.
create table dead_letter_redrive (
  id              uuid primary key,
  consumer        text not null,
  cause           text,
  letter          uuid,                            -- of a dry run: the one that is tried
  is_dry_run      boolean not null,
  rate_per_second integer not null,
  state           text not null check (state in ('queued', 'running', 'completed', 'stopped')),
  total           integer not null,
  done            integer not null default 0,
  failed_again    integer not null default 0,
  stopped_because text,
  last_error      text,
  outcome         text,                            -- of a dry run
  created_at      timestamptz not null default now(),
  ended_at        timestamptz,
  holder          uuid,
  held_until      timestamptz
);
create index dead_letter_redrive_open on dead_letter_redrive (created_at) where state in ('queued', 'running');
