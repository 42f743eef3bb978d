-- Work that a database needs once in its life, such as loading the demonstration; see ../once.ts.
create table done_once (
  name    text primary key,
  done_at timestamptz not null default now()
);
