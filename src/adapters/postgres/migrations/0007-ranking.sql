-- A read model, fed by the consumer `ranking`; it can be thrown away and rebuilt from the log.
create table sales_progress (
  performance_id uuid primary key,
  capacity       integer not null,
  sold           integer not null default 0,
  first_sold_at  timestamptz,
  sold_out_at    timestamptz
);
create table sales_minute (
  performance_id uuid not null,
  minute         timestamptz not null,
  sold           integer not null,
  primary key (performance_id, minute)
);
create index sales_minute_time on sales_minute (minute);
