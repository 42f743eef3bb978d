-- What is to be sent to whom, until it is. About ids and figures alone: names, addresses and words are looked up when a
-- mail is sent, and nobody reads old ones here. A mail that ended is forgotten after 30 days.
create table mail (
  id          text primary key,                     -- <event>.<subject>; the Message-ID begins with it
  account_id  uuid not null,
  about       jsonb not null,                       -- modules/mail/ports.ts
  occurred_at timestamptz not null,                 -- of the event
  due_at      timestamptz,                          -- null: it has ended
  attempts    integer not null default 0,
  ended_at    timestamptz,
  outcome     text check (outcome in ('sent', 'refused', 'given-up', 'needless')),
  check ((due_at is null) = (ended_at is not null) and (due_at is null) = (outcome is not null))
);
create index mail_due on mail (due_at) where due_at is not null;
create index mail_ended on mail (ended_at) where ended_at is not null;
