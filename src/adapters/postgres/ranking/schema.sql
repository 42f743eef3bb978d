-- A read model, fed by the consumer `ranking` alone; it can be thrown away and rebuilt from the log.
-- So can concert.popularity, which the same consumer keeps.
create table sales_progress (
  performance_id uuid primary key,
  capacity       integer not null,
  sold           integer not null default 0,
  first_sold_at  timestamptz,
  sold_out_at    timestamptz                       -- null again while a seat is back
);
create index sales_progress_sold_out on sales_progress (sold_out_at) where sold_out_at is not null;

create table sales_minute (
  performance_id uuid not null,
  minute         timestamptz not null,
  sold           integer not null,                 -- less what came back; may be negative
  primary key (performance_id, minute)
);
create index sales_minute_time on sales_minute (minute);
