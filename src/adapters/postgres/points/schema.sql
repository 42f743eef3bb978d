-- Points, double-entry: the entries of one transfer sum to zero. System accounts have fixed ids
-- (see modules/points/model.ts) and no balance row, so that no row is shared by all buyers.
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
  reference     uuid,                                -- the payment that it was made by, where there is one
  reason        text,                                -- of a credit: why the manager gave it
  created_at    timestamptz not null,
  primary key (account_id, id)
);
-- What was paid for once is credited once.
create unique index point_entry_paid_once on point_entry (reference) where kind = 'charge' and balance_after is not null;
create index point_entry_transfer on point_entry (transfer_id);
