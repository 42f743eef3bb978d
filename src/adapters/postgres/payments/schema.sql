create table payment (
  id             uuid primary key,
  purpose        text not null check (purpose in ('reservation', 'ride', 'points')),
  purpose_id     uuid not null,                       -- of the reservation, the ride, the charge
  account_id     uuid not null,
  method         text not null,
  amount         bigint not null check (amount >= 0),
  status         text not null check (status in ('pending', 'succeeded', 'failed', 'refunded')),
  created_at     timestamptz not null,
  updated_at     timestamptz not null
);
-- One payment pays for one purpose once.
create unique index payment_paid_once on payment (purpose, purpose_id) where status in ('succeeded', 'refunded');
create index payment_account on payment (account_id, id);
