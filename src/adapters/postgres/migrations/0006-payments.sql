-- Points, double-entry: the entries of one transfer sum to zero. System accounts have fixed ids
-- (see modules/payments/model.ts) and no balance row, so that no row is shared by all buyers.
create table point_balance (
  account_id uuid primary key,
  balance    bigint not null check (balance >= 0)
);

create table point_entry (
  id            uuid not null,
  transfer_id   uuid not null,
  account_id    uuid not null,
  kind          text not null check (kind in ('charge', 'credit', 'payment', 'refund')),
  amount        bigint not null check (amount <> 0), -- signed
  balance_after bigint,                              -- null for system accounts
  reference     uuid,                                -- the payment, where there is one
  reason        text,                                -- of a credit: why the manager gave it
  created_at    timestamptz not null,
  primary key (account_id, id)
);
create index point_entry_transfer on point_entry (transfer_id);

create table payment (
  id             uuid primary key,
  reservation_id uuid not null,
  account_id     uuid not null,
  method         text not null,
  amount         bigint not null check (amount >= 0),
  status         text not null check (status in ('pending', 'succeeded', 'failed', 'refunded')),
  created_at     timestamptz not null,
  updated_at     timestamptz not null
);
-- One payment pays one reservation once.
create unique index payment_paid_once on payment (reservation_id) where status in ('succeeded', 'refunded');
create index payment_account on payment (account_id, id);

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
