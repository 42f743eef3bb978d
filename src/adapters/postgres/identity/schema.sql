-- Who people are. No token is stored, neither access nor refresh.
create table account (
  id            uuid primary key,
  email         text not null,
  name          text not null,
  password_hash text,                              -- null: cannot log in by password (load-test people)
  roles         text[] not null default '{member}',
  created_at    timestamptz not null,
  -- Roles that a manager took away: the code of such a role gives it no more.
  revoked_roles text[] not null default '{}',
  -- Access tokens issued before this have ended: a role was taken away.
  tokens_valid_from timestamptz,
  language      text not null default 'ko' check (language in ('ko', 'en')),
  email_confirmed_at timestamptz,                  -- null: nobody has shown that they read there
  constraint account_roles check (roles @> '{member}' and roles <@ '{member,seller,manager,driver}')
);
create unique index account_email on account (lower(email));
create index account_manager on account (id) where roles @> '{manager}';
create index account_tokens_valid_from on account (tokens_valid_from) where tokens_valid_from is not null;

-- How often an enrolment code gave its role. The code itself is nowhere: the digest is keyed by SECRET_KEY.
create table enrolment_code_use (
  digest bytea primary key,
  uses   integer not null
);

-- One row per log-in. Its refresh tokens are computed from `seed`, the generation and SECRET_KEY, so that
-- neither the database nor the secret alone yields one. Each is used once; using an older one than the last
-- but one revokes the session.
create table session (
  id               uuid primary key,
  account_id       uuid not null references account (id) on delete cascade,
  seed             bytea not null,
  generation       integer not null default 0,     -- of the refresh token that is good now
  created_at       timestamptz not null,
  rotated_at       timestamptz not null,
  expires_at       timestamptz not null,
  revoked_at       timestamptz
);
create index session_account on session (account_id);
create index session_expires on session (expires_at);
create index session_revoked on session (revoked_at) where revoked_at is not null;

-- The key set. Private keys are sealed with a key derived from SECRET_KEY.
create table signing_key (
  kid            text primary key,
  algorithm      text not null,
  public_jwk     jsonb not null,
  private_sealed bytea not null,
  created_at     timestamptz not null,
  signs_from     timestamptz not null,             -- published before it signs, so that verifiers know it
  signs_until    timestamptz,                      -- null: open ended
  verifies_until timestamptz                       -- null: open ended
);
