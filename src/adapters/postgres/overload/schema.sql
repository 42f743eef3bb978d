-- Writes that came above the threshold, and what became of them. They carry no token, cookie, pass or address.
create table queued_request (
  number         bigint primary key,               -- in the order of commits: given under the lock of request_queue
  id             uuid not null unique,             -- 128 random bits: who does not know it cannot ask for it
  account_id     uuid not null,
  session_id     text not null,
  roles          text[] not null,                  -- as the token named them when it came
  token_ends_at  timestamptz not null,
  operation      text not null,
  input          jsonb not null,
  pass_number    bigint,                           -- of the pass that was good when it came: its place in line
  pass_issued_at bigint,                           -- epoch ms
  key            text not null,                    -- its own Idempotency-Key, or one made of the id
  fingerprint    bytea not null,
  request_id     text not null,
  trace          text,
  state          smallint not null default 0,      -- 0 waiting, 1 under way, 2 done
  fencing_number bigint,                           -- of the lease under which it is under way or was done
  queued_at      timestamptz not null default now(),
  expires_at     timestamptz not null,
  done_at        timestamptz,
  result         text,                             -- JSON, as the use case gave it
  check (state in (0, 1, 2)),
  check ((state = 2) = (result is not null))
);
create index queued_request_open on queued_request (number) where state < 2;
create index queued_request_account on queued_request (account_id, number) where state < 2;
create unique index queued_request_key on queued_request (account_id, key) where state < 2;
create index queued_request_done on queued_request (done_at) where state = 2;

-- One row, made with the first request, whose lock makes the numbers of requests follow their commits.
create table request_queue (
  is_only     boolean primary key default true check (is_only),
  last_number bigint not null
);
