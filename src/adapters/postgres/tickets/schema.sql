-- Whether a ticket is good stands here, whether it was used in check_in: a refund of a used one is told first.
create table ticket (
  id             uuid primary key,
  reservation_id uuid not null,
  performance_id uuid not null,
  account_id     uuid not null,
  seat_no        integer not null,
  code           text not null unique,
  status         text not null default 'valid' check (status in ('valid', 'void')),
  issued_at      timestamptz not null
);
create index ticket_account on ticket (account_id, id);
create index ticket_performance on ticket (performance_id, seat_no);
create index ticket_reservation on ticket (reservation_id);
-- A seat has at most one ticket that admits.
create unique index ticket_seat_once on ticket (performance_id, seat_no) where status <> 'void';

-- Who stands at a door without an account of the seller.
create table gate (
  id             uuid primary key,
  performance_id uuid not null references performance (id),
  name           text not null,
  pass_hash      bytea not null unique,             -- SHA-256; the pass itself follows from SECRET_KEY and the id
  created_by     uuid not null references account (id),
  created_at     timestamptz not null,
  expires_at     timestamptz not null,
  revoked_at     timestamptz
);
create index gate_performance on gate (performance_id, id);

create table check_in (
  id             uuid primary key,
  ticket_id      uuid not null,
  performance_id uuid not null,
  gate           text not null,                     -- as people call it
  gate_id        uuid references gate (id),         -- null: an account of the seller or a manager let in
  account_id     uuid,
  checked_in_at  timestamptz not null,
  recorded_at    timestamptz not null,              -- later than that for a scan without network
  undone_at      timestamptz,
  undone_by      uuid,
  check ((gate_id is null) <> (account_id is null)),
  check ((undone_at is null) = (undone_by is null))
);
-- A ticket lets in once, whatever gates scan it at the same moment.
create unique index check_in_once on check_in (ticket_id) where undone_at is null;
create index check_in_performance on check_in (performance_id);

-- Scans without network that let somebody in who should not have been: the id is that of the scan.
create table admission_conflict (
  id             uuid primary key,
  ticket_id      uuid not null,
  performance_id uuid not null,
  reason         text not null check (reason in ('already_checked_in', 'ticket_void')),
  gate           text not null,
  admitted_at    timestamptz not null,
  recorded_at    timestamptz not null
);
create index admission_conflict_performance on admission_conflict (performance_id, id);
