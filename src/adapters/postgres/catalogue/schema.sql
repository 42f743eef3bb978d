create table venue (
  id         uuid primary key,
  owner_id   uuid not null references account (id),
  name       text not null,
  name_en    text,                                 -- for readers of English; null: as for everybody
  address    text not null,
  address_en text,
  time_zone  text not null,                        -- IANA name: by whose clock performances begin
  created_at timestamptz not null,
  version    integer not null default 1            -- one more with each change
);

-- A seat's number within a plan (seat_no) is its index in plan order: it never changes once sold from.
create table stage (
  id         uuid primary key,
  venue_id   uuid not null references venue (id) on delete cascade,
  name       text not null,
  name_en    text,
  plan       json not null,                        -- as it was written: modules/catalogue/plan-format.ts, compacted
  plan_hash  text not null,                        -- names the plan's content; seat maps are cached by it
  grades     json not null,                        -- {grade: number of seats}, in order of the plan
  capacity   integer not null check (capacity > 0),
  created_at timestamptz not null
);
create index stage_venue on stage (venue_id);
create index stage_plan on stage (plan_hash);
create index venue_owner on venue (owner_id, id);

create table concert (
  id          uuid primary key,
  owner_id    uuid not null references account (id),
  title       text not null,
  title_en    text,                                -- for readers of English; null: as for everybody
  artist      text not null,
  artist_en   text,
  description text not null default '',
  description_en text,
  category    text not null default 'concert',
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  version     integer not null default 1,
  visibility  text not null default 'published' check (visibility in ('draft', 'published', 'hidden')),
  publish_at  timestamptz,                         -- from then on published, unless hidden
  -- Kept for the orders of the list, so that each of them is an index scan that a cursor can enter:
  first_starts_at timestamptz not null default 'infinity', -- of its performances
  popularity  integer not null default 0           -- seats sold; fed by the consumer `ranking`
);
create index concert_owner on concert (owner_id, id);
create index concert_by_date on concert (first_starts_at, id);
create index concert_by_title_ko on concert (title collate "ko-x-icu", id);
create index concert_by_title_en on concert ((coalesce(title_en, title)) collate "en-x-icu", id);
create index concert_by_popularity on concert (popularity desc, id);

create table performance (
  id               uuid primary key,
  concert_id       uuid not null references concert (id) on delete cascade,
  stage_id         uuid references stage (id) on delete set null,
  starts_at        timestamptz not null,
  opens_at         timestamptz not null,
  closes_at        timestamptz not null,
  currency         text not null default 'KRW',
  prices           jsonb not null,                 -- {grade: amount in minor units}
  limit_per_person integer not null check (limit_per_person > 0),
  hold_ttl_ms      integer not null check (hold_ttl_ms > 0),
  room_enabled     boolean not null default true,
  created_at       timestamptz not null,
  updated_at       timestamptz not null,
  version          integer not null default 1,     -- of its terms
  cancelled_at     timestamptz,                    -- it does not take place; its sale ended then
  cancel_reason    text,                           -- in the seller's words
  all_cancelled_at timestamptz,                    -- when nothing of it was held or sold any more
  postponed_at     timestamptz,                    -- last; null: it never was
  postponed_from   timestamptz,                    -- the start before that
  -- Taken back before anything was sold; kept, because its line and lapsed holds refer to it.
  removed_at       timestamptz,
  check (opens_at < closes_at),
  check ((cancelled_at is null) = (cancel_reason is null)),
  check ((postponed_at is null) = (postponed_from is null)),
  check (all_cancelled_at is null or cancelled_at is not null),
  check (stage_id is not null or removed_at is not null)
);
create index performance_concert on performance (concert_id, starts_at, id);
create index performance_opens on performance (opens_at);
-- Cancelled, and not all of it given back.
create index performance_ending on performance (id) where cancelled_at is not null and all_cancelled_at is null;
