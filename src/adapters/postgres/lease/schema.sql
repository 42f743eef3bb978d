-- Which process does what only one does at a time. A row stays when its lease has ended, for the fencing number.
create table lease (
  name           text primary key,
  holder         text not null,
  fencing_number bigint not null check (fencing_number > 0),  -- grows with each holder
  expires_at     timestamptz not null                         -- by the clock of the database; in the past: nobody's
);
