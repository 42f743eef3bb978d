-- What the database is for. One row, made by the one who comes first: neither mode takes a database of the other.
create table database_mode (
  only_row  boolean primary key default true check (only_row),
  mode      text not null check (mode in ('demo', 'production')),
  marked_at timestamptz not null default now()
);

-- Work that a database needs once in its life, such as loading the demonstration; see once.ts.
create table done_once (
  name    text primary key,
  done_at timestamptz not null default now()
);
