create table ticket (
  id             uuid primary key,
  reservation_id uuid not null,
  performance_id uuid not null,
  account_id     uuid not null,
  seat_no        integer not null,
  code           text not null unique,
  status         text not null default 'valid' check (status in ('valid', 'void', 'used')),
  issued_at      timestamptz not null,
  checked_in_at  timestamptz,
  checked_in_by  uuid
);
create index ticket_account on ticket (account_id, id);
create index ticket_reservation on ticket (reservation_id);
-- A seat has at most one ticket that admits.
create unique index ticket_seat_once on ticket (performance_id, seat_no) where status <> 'void';
