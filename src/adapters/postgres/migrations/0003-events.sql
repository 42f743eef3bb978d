-- The outbox is the log: an event is written once, in the transaction of the state it speaks of, and
-- never moved, changed or (so far) deleted. Readers follow `position`; how they never overlook one that
-- commits late stands in ../event-tail.ts. Two things of it lie here: positions are drawn one by one
-- (cache 1, increment 1), so that a missing one shows as a gap, and only by INSERT, which locks the table
-- before it draws.
create table event (
  position    bigint generated always as identity (cache 1 increment 1) primary key,
  type        text not null,
  version     smallint not null default 1,
  key         uuid not null,                       -- order is kept per key
  occurred_at timestamptz not null,
  trace       text,                                -- W3C traceparent of the request that caused it
  data        jsonb not null
);
create index event_key on event (key, position);
-- What those who run the system did; see ../events/audit-log.ts.
create index event_audit on event (position) where type in ('roles.changed', 'room.changed', 'points.credited');

create table event_consumer (
  name            text primary key,
  position        bigint not null default 0,       -- everything up to here has taken effect
  updated_at      timestamptz not null default now(),
  attempts        integer not null default 0,      -- of the batch that fails now
  failing_since   timestamptz,
  last_error      text,
  failed_position bigint
);

-- Answers to writes that carried an Idempotency-Key, saved in the transaction of the write.
create table idempotency_record (
  scope       uuid not null,                       -- the account, or the nil UUID before there is one
  key         text not null,
  fingerprint bytea not null,                      -- HMAC-SHA-256 of method, path and body
  status      smallint not null,
  body        text not null,
  created_at  timestamptz not null,
  primary key (scope, key)
);
create index idempotency_record_age on idempotency_record using brin (created_at);
