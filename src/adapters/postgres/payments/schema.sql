-- follow_up_at: when the provider is asked next; whatever is on its way has one, so that it ends whatever dies meanwhile.
create table payment (
  id             uuid primary key,
  purpose        text not null check (purpose in ('reservation', 'ride', 'points')),
  purpose_id     uuid not null,                       -- of the reservation, the ride, the charge
  account_id     uuid not null,
  method         text not null check (method in ('points', 'card')),
  amount         bigint not null check (amount >= 0),
  status         text not null
    check (status in ('requested', 'unknown', 'succeeded', 'failed', 'refunding', 'refunded')),
  created_at     timestamptz not null,
  updated_at     timestamptz not null,
  paid_at        timestamptz,                         -- when it paid for its purpose; null: it did not
  reason         text,                                -- of its last transition
  provider       text,                                -- of a card
  provider_key   text,                                -- what the provider calls it
  checkout_url   text,
  return_url     text,
  payable_until  timestamptz,                         -- of points; seats have it in their hold
  follow_up_at   timestamptz,
  asked_at       timestamptz,
  attempts       integer not null default 0,          -- questions in a row that led to nothing
  last_error     text,                                -- of the last of them
  check (status <> 'succeeded' or paid_at is not null),
  check ((follow_up_at is not null) or status not in ('requested', 'unknown', 'refunding'))
);
-- One payment pays for one purpose once; further charges for it go back.
create unique index payment_paid_once on payment (purpose, purpose_id) where paid_at is not null;
create unique index payment_open_once on payment (purpose, purpose_id) where status in ('requested', 'unknown');
-- A person pays for one charge of points at a time, so that limits hold.
create unique index payment_points_open_once on payment (account_id) where purpose = 'points' and status in ('requested', 'unknown');
create index payment_account on payment (account_id, id);
create index payment_follow_up on payment (follow_up_at) where follow_up_at is not null;

-- Each transition of a payment by card; it is in each state once at most.
create table payment_step (
  payment_id     uuid not null,
  status         text not null,
  reason         text not null,
  at             timestamptz not null,
  primary key (payment_id, status)
);

-- The simulated provider's own books: what it would have on its side of the network. Times are when it acts.
create table simulated_charge (
  payment_id     uuid primary key,
  amount         bigint not null,
  charged_amount bigint not null default 0,           -- of all charges together
  refunded_amount bigint not null default 0,
  status         text not null check (status in ('ready', 'authorized', 'charging', 'charged', 'refused', 'refunded')),
  behaviour      text not null default 'normal',
  payment_key    text not null,
  return_url     text not null,
  expires_at     timestamptz not null,
  charge_at      timestamptz                          -- of one that is charging
);
create index simulated_charge_due on simulated_charge (charge_at) where status = 'charging';
create table simulated_callback (
  id             uuid primary key,
  payment_id     uuid not null,
  status         text not null,
  send_at        timestamptz not null,
  sent_at        timestamptz
);
create index simulated_callback_due on simulated_callback (send_at) where sent_at is null;
