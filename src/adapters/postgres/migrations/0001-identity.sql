-- Who people are. Access tokens are not stored; refresh tokens only as hashes.
create table account (
  id            uuid primary key,
  email         text not null,
  name          text not null,
  password_hash text,                              -- null: cannot log in by password (load-test people)
  roles         text[] not null default '{member}',
  created_at    timestamptz not null
);
create unique index account_email on account (lower(email));

-- One row per log-in. A refresh token is used once; using an old one again revokes the session.
create table session (
  id               uuid primary key,
  account_id       uuid not null references account (id) on delete cascade,
  token_hash       bytea not null,
  generation       integer not null default 0,     -- grows with each rotation
  created_at       timestamptz not null,
  rotated_at       timestamptz not null,
  expires_at       timestamptz not null,
  revoked_at       timestamptz
);
create index session_account on session (account_id);
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
