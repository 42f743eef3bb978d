-- Results of writes that carried an Idempotency-Key, saved in the transaction of the write.
create table idempotency_record (
  scope       uuid not null,                       -- the account, or the nil UUID before there is one
  key         text not null,
  fingerprint bytea not null,                      -- HMAC-SHA-256 of method, path and body
  result      text not null,                       -- JSON, as the use case gave it: { ok, value } or { ok, code, … }
  created_at  timestamptz not null,
  primary key (scope, key)
);
create index idempotency_record_age on idempotency_record using brin (created_at);
