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
