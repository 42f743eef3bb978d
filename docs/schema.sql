create sequence room_holder as integer;

create table account (
  id uuid not null,
  email text not null,
  name text not null,
  password_hash text,
  roles text[] default '{member}'::text[] not null,
  created_at timestamp with time zone not null,
  revoked_roles text[] default '{}'::text[] not null,
  tokens_valid_from timestamp with time zone,
  language text default 'ko'::text not null,
  email_confirmed_at timestamp with time zone,
  constraint account_language_check CHECK ((language = ANY (ARRAY['ko'::text, 'en'::text]))),
  constraint account_pkey PRIMARY KEY (id),
  constraint account_roles CHECK (((roles @> '{member}'::text[]) AND (roles <@ '{member,seller,manager,driver}'::text[])))
);
CREATE UNIQUE INDEX account_email ON account USING btree (lower(email));
CREATE INDEX account_manager ON account USING btree (id) WHERE (roles @> '{manager}'::text[]);
CREATE INDEX account_tokens_valid_from ON account USING btree (tokens_valid_from) WHERE (tokens_valid_from IS NOT NULL);

create table admission_conflict (
  id uuid not null,
  ticket_id uuid not null,
  performance_id uuid not null,
  reason text not null,
  gate text not null,
  admitted_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  constraint admission_conflict_pkey PRIMARY KEY (id),
  constraint admission_conflict_reason_check CHECK ((reason = ANY (ARRAY['already_checked_in'::text, 'ticket_void'::text])))
);
CREATE INDEX admission_conflict_performance ON admission_conflict USING btree (performance_id, id);

create table check_in (
  id uuid not null,
  ticket_id uuid not null,
  performance_id uuid not null,
  gate text not null,
  gate_id uuid,
  account_id uuid,
  checked_in_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  undone_at timestamp with time zone,
  undone_by uuid,
  constraint check_in_check CHECK (((gate_id IS NULL) <> (account_id IS NULL))),
  constraint check_in_check1 CHECK (((undone_at IS NULL) = (undone_by IS NULL))),
  constraint check_in_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX check_in_once ON check_in USING btree (ticket_id) WHERE (undone_at IS NULL);
CREATE INDEX check_in_performance ON check_in USING btree (performance_id);

create table concert (
  id uuid not null,
  owner_id uuid not null,
  title text not null,
  title_en text,
  artist text not null,
  artist_en text,
  description text default ''::text not null,
  description_en text,
  category text default 'concert'::text not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer default 1 not null,
  visibility text default 'published'::text not null,
  publish_at timestamp with time zone,
  first_starts_at timestamp with time zone default 'infinity'::timestamp with time zone not null,
  popularity integer default 0 not null,
  constraint concert_pkey PRIMARY KEY (id),
  constraint concert_visibility_check CHECK ((visibility = ANY (ARRAY['draft'::text, 'published'::text, 'hidden'::text])))
);
CREATE INDEX concert_by_date ON concert USING btree (first_starts_at, id);
CREATE INDEX concert_by_popularity ON concert USING btree (popularity DESC, id);
CREATE INDEX concert_by_title_en ON concert USING btree (COALESCE(title_en, title) COLLATE "en-x-icu", id);
CREATE INDEX concert_by_title_ko ON concert USING btree (title COLLATE "ko-x-icu", id);
CREATE INDEX concert_owner ON concert USING btree (owner_id, id);

create table database_mode (
  only_row boolean default true not null,
  mode text not null,
  marked_at timestamp with time zone default now() not null,
  constraint database_mode_mode_check CHECK ((mode = ANY (ARRAY['demo'::text, 'production'::text]))),
  constraint database_mode_only_row_check CHECK (only_row),
  constraint database_mode_pkey PRIMARY KEY (only_row)
);

create table dead_letter (
  seq bigint generated always as identity (cache 1 increment 1) not null,
  id uuid default gen_random_uuid() not null,
  consumer text not null,
  partition_key text not null,
  state text not null,
  partition smallint,
  position bigint,
  event_id text not null,
  event json not null,
  cause text,
  error text,
  attempts integer default 0 not null,
  first_failed_at timestamp with time zone,
  last_failed_at timestamp with time zone,
  failed_in uuid,
  parked_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone,
  reason text,
  constraint dead_letter_check CHECK (((state <> 'parked'::text) OR (cause IS NOT NULL))),
  constraint dead_letter_id_key UNIQUE (id),
  constraint dead_letter_pkey PRIMARY KEY (seq),
  constraint dead_letter_state_check CHECK ((state = ANY (ARRAY['parked'::text, 'waiting'::text, 'redriven'::text, 'discarded'::text])))
);
CREATE UNIQUE INDEX dead_letter_once ON dead_letter USING btree (consumer, event_id) WHERE (state = ANY (ARRAY['parked'::text, 'waiting'::text]));
CREATE INDEX dead_letter_order ON dead_letter USING btree (consumer, partition_key, seq) WHERE (state = ANY (ARRAY['parked'::text, 'waiting'::text]));
CREATE INDEX dead_letter_redriven ON dead_letter USING btree (ended_at) WHERE (state = 'redriven'::text);

create table dead_letter_key (
  consumer text not null,
  partition_key text not null,
  types text[] not null,
  redrive uuid,
  constraint dead_letter_key_pkey PRIMARY KEY (consumer, partition_key)
);
CREATE INDEX dead_letter_key_redrive ON dead_letter_key USING btree (redrive, partition_key) WHERE (redrive IS NOT NULL);

create table dead_letter_redrive (
  id uuid not null,
  consumer text not null,
  cause text,
  letter uuid,
  is_dry_run boolean not null,
  rate_per_second integer not null,
  state text not null,
  total integer not null,
  done integer default 0 not null,
  failed_again integer default 0 not null,
  stopped_because text,
  last_error text,
  outcome text,
  created_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone,
  holder uuid,
  held_until timestamp with time zone,
  constraint dead_letter_redrive_pkey PRIMARY KEY (id),
  constraint dead_letter_redrive_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'completed'::text, 'stopped'::text])))
);
CREATE INDEX dead_letter_redrive_open ON dead_letter_redrive USING btree (created_at) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));

create table done_once (
  name text not null,
  done_at timestamp with time zone default now() not null,
  constraint done_once_pkey PRIMARY KEY (name)
);

create table enrolment_code_use (
  digest bytea not null,
  uses integer not null,
  constraint enrolment_code_use_pkey PRIMARY KEY (digest)
);

create table event (
  position bigint generated always as identity (cache 1 increment 1) not null,
  type text not null,
  version smallint default 1 not null,
  key uuid,
  partition_key text,
  occurred_at timestamp with time zone not null,
  trace text,
  data json not null,
  size integer default 1 not null,
  constraint event_keyed_or_packed CHECK (
CASE
    WHEN (key IS NULL) THEN ((type = 'reservation.created'::text) AND (version = 1) AND (size = json_array_length(data)))
    ELSE (size = 1)
END),
  constraint event_pkey PRIMARY KEY ("position")
);
alter table event alter column data set storage external;
CREATE INDEX event_audit ON event USING btree ("position") WHERE (type = ANY (ARRAY['roles.changed'::text, 'room.changed'::text, 'points.credited'::text, 'check-in.undone'::text, 'performance.cancelled'::text, 'performance.postponed'::text, 'dead-letters.redriven'::text, 'dead-letters.discarded'::text]));
CREATE INDEX event_key ON event USING btree (key, "position");

create table event_consumer (
  name text not null,
  feed text not null,
  lane smallint default 0 not null,
  position bigint default 0 not null,
  updated_at timestamp with time zone default now() not null,
  attempts integer default 0 not null,
  failing_since timestamp with time zone,
  last_error text,
  failed_position bigint,
  constraint event_consumer_pkey PRIMARY KEY (name, feed, lane)
);

create table event_mark (
  consumer text not null,
  partition smallint not null,
  position bigint default 0 not null,
  constraint event_mark_partition_check CHECK (((partition >= 0) AND (partition <= 11))),
  constraint event_mark_pkey PRIMARY KEY (consumer, partition)
) with (fillfactor=50);

create table gate (
  id uuid not null,
  performance_id uuid not null,
  name text not null,
  pass_hash bytea not null,
  created_by uuid not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  constraint gate_pass_hash_key UNIQUE (pass_hash),
  constraint gate_pkey PRIMARY KEY (id)
);
CREATE INDEX gate_performance ON gate USING btree (performance_id, id);

create table idempotency_record (
  scope uuid not null,
  key text not null,
  fingerprint bytea not null,
  result text not null,
  created_at timestamp with time zone not null,
  constraint idempotency_record_pkey PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_record_age ON idempotency_record USING brin (created_at);

create table lease (
  name text not null,
  holder text not null,
  fencing_number bigint not null,
  expires_at timestamp with time zone not null,
  constraint lease_fencing_number_check CHECK ((fencing_number > 0)),
  constraint lease_pkey PRIMARY KEY (name)
);

create table mail (
  id text not null,
  account_id uuid not null,
  about jsonb not null,
  occurred_at timestamp with time zone not null,
  due_at timestamp with time zone,
  attempts integer default 0 not null,
  ended_at timestamp with time zone,
  outcome text,
  constraint mail_check CHECK ((((due_at IS NULL) = (ended_at IS NOT NULL)) AND ((due_at IS NULL) = (outcome IS NOT NULL)))),
  constraint mail_outcome_check CHECK ((outcome = ANY (ARRAY['sent'::text, 'refused'::text, 'given-up'::text, 'needless'::text]))),
  constraint mail_pkey PRIMARY KEY (id)
);
CREATE INDEX mail_due ON mail USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX mail_ended ON mail USING btree (ended_at) WHERE (ended_at IS NOT NULL);

create table payment (
  id uuid not null,
  purpose text not null,
  purpose_id uuid not null,
  account_id uuid not null,
  method text not null,
  amount bigint not null,
  status text not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  paid_at timestamp with time zone,
  reason text,
  provider text,
  provider_key text,
  checkout_url text,
  return_url text,
  payable_until timestamp with time zone,
  follow_up_at timestamp with time zone,
  asked_at timestamp with time zone,
  attempts integer default 0 not null,
  last_error text,
  constraint payment_amount_check CHECK ((amount >= 0)),
  constraint payment_check CHECK (((status <> 'succeeded'::text) OR (paid_at IS NOT NULL))),
  constraint payment_check1 CHECK (((follow_up_at IS NOT NULL) OR (status <> ALL (ARRAY['requested'::text, 'unknown'::text, 'refunding'::text])))),
  constraint payment_method_check CHECK ((method = ANY (ARRAY['points'::text, 'card'::text]))),
  constraint payment_pkey PRIMARY KEY (id),
  constraint payment_purpose_check CHECK ((purpose = ANY (ARRAY['reservation'::text, 'ride'::text, 'points'::text]))),
  constraint payment_status_check CHECK ((status = ANY (ARRAY['requested'::text, 'unknown'::text, 'succeeded'::text, 'failed'::text, 'refunding'::text, 'refunded'::text])))
);
CREATE INDEX payment_account ON payment USING btree (account_id, id);
CREATE INDEX payment_follow_up ON payment USING btree (follow_up_at) WHERE (follow_up_at IS NOT NULL);
CREATE UNIQUE INDEX payment_open_once ON payment USING btree (purpose, purpose_id) WHERE (status = ANY (ARRAY['requested'::text, 'unknown'::text]));
CREATE UNIQUE INDEX payment_paid_once ON payment USING btree (purpose, purpose_id) WHERE (paid_at IS NOT NULL);
CREATE UNIQUE INDEX payment_points_open_once ON payment USING btree (account_id) WHERE ((purpose = 'points'::text) AND (status = ANY (ARRAY['requested'::text, 'unknown'::text])));

create table payment_step (
  payment_id uuid not null,
  status text not null,
  reason text not null,
  at timestamp with time zone not null,
  constraint payment_step_pkey PRIMARY KEY (payment_id, status)
);

create table performance (
  id uuid not null,
  concert_id uuid not null,
  stage_id uuid,
  starts_at timestamp with time zone not null,
  opens_at timestamp with time zone not null,
  closes_at timestamp with time zone not null,
  currency text default 'KRW'::text not null,
  prices jsonb not null,
  limit_per_person integer not null,
  hold_ttl_ms integer not null,
  room_enabled boolean default true not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer default 1 not null,
  cancelled_at timestamp with time zone,
  cancel_reason text,
  all_cancelled_at timestamp with time zone,
  postponed_at timestamp with time zone,
  postponed_from timestamp with time zone,
  removed_at timestamp with time zone,
  constraint performance_check CHECK ((opens_at < closes_at)),
  constraint performance_check1 CHECK (((cancelled_at IS NULL) = (cancel_reason IS NULL))),
  constraint performance_check2 CHECK (((postponed_at IS NULL) = (postponed_from IS NULL))),
  constraint performance_check3 CHECK (((all_cancelled_at IS NULL) OR (cancelled_at IS NOT NULL))),
  constraint performance_check4 CHECK (((stage_id IS NOT NULL) OR (removed_at IS NOT NULL))),
  constraint performance_hold_ttl_ms_check CHECK ((hold_ttl_ms > 0)),
  constraint performance_limit_per_person_check CHECK ((limit_per_person > 0)),
  constraint performance_pkey PRIMARY KEY (id)
);
CREATE INDEX performance_concert ON performance USING btree (concert_id, starts_at, id);
CREATE INDEX performance_ending ON performance USING btree (id) WHERE ((cancelled_at IS NOT NULL) AND (all_cancelled_at IS NULL));
CREATE INDEX performance_opens ON performance USING btree (opens_at);

create table point_balance (
  account_id uuid not null,
  balance bigint not null,
  constraint point_balance_balance_check CHECK ((balance >= 0)),
  constraint point_balance_pkey PRIMARY KEY (account_id)
);

create table point_entry (
  id uuid not null,
  transfer_id uuid not null,
  account_id uuid not null,
  kind text not null,
  amount bigint not null,
  balance_after bigint,
  reference uuid,
  reason text,
  created_at timestamp with time zone not null,
  constraint point_entry_amount_check CHECK ((amount <> 0)),
  constraint point_entry_kind_check CHECK ((kind = ANY (ARRAY['charge'::text, 'credit'::text, 'payment'::text, 'refund'::text]))),
  constraint point_entry_pkey PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX point_entry_paid_once ON point_entry USING btree (reference) WHERE ((kind = 'charge'::text) AND (balance_after IS NOT NULL));
CREATE INDEX point_entry_transfer ON point_entry USING btree (transfer_id);

create table queued_request (
  number bigint not null,
  id uuid not null,
  account_id uuid not null,
  session_id text not null,
  roles text[] not null,
  token_ends_at timestamp with time zone not null,
  operation text not null,
  input jsonb not null,
  pass_number bigint,
  pass_issued_at bigint,
  key text not null,
  fingerprint bytea not null,
  request_id text not null,
  trace text,
  state smallint default 0 not null,
  fencing_number bigint,
  queued_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  done_at timestamp with time zone,
  result text,
  constraint queued_request_check CHECK (((state = 2) = (result IS NOT NULL))),
  constraint queued_request_id_key UNIQUE (id),
  constraint queued_request_pkey PRIMARY KEY (number),
  constraint queued_request_state_check CHECK ((state = ANY (ARRAY[0, 1, 2])))
);
CREATE INDEX queued_request_account ON queued_request USING btree (account_id, number) WHERE (state < 2);
CREATE INDEX queued_request_done ON queued_request USING btree (done_at) WHERE (state = 2);
CREATE UNIQUE INDEX queued_request_key ON queued_request USING btree (account_id, key) WHERE (state < 2);
CREATE INDEX queued_request_open ON queued_request USING btree (number) WHERE (state < 2);

create table request_queue (
  is_only boolean default true not null,
  last_number bigint not null,
  constraint request_queue_is_only_check CHECK (is_only),
  constraint request_queue_pkey PRIMARY KEY (is_only)
);

create table reservation (
  id uuid not null,
  performance_id uuid not null,
  account_id uuid not null,
  seat_nos integer[] not null,
  prices bigint[] default '{}'::bigint[] not null,
  epoch integer not null,
  amount bigint not null,
  status smallint not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  kept_for timestamp with time zone,
  constraint reservation_amount_check CHECK ((amount >= 0)),
  constraint reservation_pkey PRIMARY KEY (id)
) with (fillfactor=85);
CREATE INDEX reservation_account ON reservation USING btree (account_id, id);
CREATE INDEX reservation_expiry ON reservation USING brin (expires_at) WITH (pages_per_range='16', autosummarize='on');
CREATE INDEX reservation_performance ON reservation USING btree (performance_id, id);

create table room (
  performance_id uuid not null,
  state text default 'open'::text not null,
  rate_per_second integer not null,
  concurrency integer not null,
  grace_ms integer not null,
  rate_before integer,
  updated_at timestamp with time zone not null,
  version integer default 0 not null,
  holder integer,
  retired_at timestamp with time zone,
  settled_to integer default 0 not null,
  settled_admitted integer default 0 not null,
  settled_at timestamp with time zone,
  constraint room_concurrency_check CHECK ((concurrency >= 0)),
  constraint room_grace_ms_check CHECK ((grace_ms > 0)),
  constraint room_pkey PRIMARY KEY (performance_id),
  constraint room_rate_per_second_check CHECK ((rate_per_second >= 0)),
  constraint room_state_check CHECK ((state = ANY (ARRAY['open'::text, 'paused'::text, 'draining'::text, 'closed'::text])))
);

create table room_absence (
  performance_id uuid not null,
  number integer not null,
  passed_over_at timestamp with time zone not null,
  returned_at timestamp with time zone,
  constraint room_absence_pkey PRIMARY KEY (performance_id, number, passed_over_at)
);

create table room_entry (
  performance_id uuid not null,
  number integer not null,
  account_id uuid not null,
  joined_at timestamp with time zone not null,
  status smallint default 0 not null,
  admitted_at timestamp with time zone,
  pass_expires_at timestamp with time zone,
  picked_up_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint room_entry_pkey PRIMARY KEY (performance_id, number)
) with (fillfactor=50);

create table room_missed_admission (
  performance_id uuid not null,
  number integer not null,
  admitted_at timestamp with time zone not null,
  given_up_at timestamp with time zone not null,
  constraint room_missed_admission_pkey PRIMARY KEY (performance_id, number, admitted_at)
);

create table room_setting (
  performance_id uuid not null,
  changed_at timestamp with time zone not null,
  state text not null,
  rate_per_second integer not null,
  concurrency integer not null,
  grace_ms integer not null,
  changed_by uuid
);
CREATE INDEX room_setting_time ON room_setting USING btree (performance_id, changed_at);

create table sales_minute (
  performance_id uuid not null,
  minute timestamp with time zone not null,
  sold integer not null,
  constraint sales_minute_pkey PRIMARY KEY (performance_id, minute)
);
CREATE INDEX sales_minute_time ON sales_minute USING btree (minute);

create table sales_progress (
  performance_id uuid not null,
  capacity integer not null,
  sold integer default 0 not null,
  first_sold_at timestamp with time zone,
  sold_out_at timestamp with time zone,
  constraint sales_progress_pkey PRIMARY KEY (performance_id)
);
CREATE INDEX sales_progress_sold_out ON sales_progress USING btree (sold_out_at) WHERE (sold_out_at IS NOT NULL);

create table schema_migration (
  name text not null,
  digest text not null,
  applied_at timestamp with time zone default now() not null,
  constraint schema_migration_pkey PRIMARY KEY (name)
);

create table seat_hold (
  performance_id uuid not null,
  seat_no integer not null,
  epoch integer not null,
  status smallint not null,
  reservation_id uuid not null,
  expires_at timestamp with time zone not null,
  constraint seat_hold_pkey PRIMARY KEY (performance_id, seat_no)
) with (fillfactor=70);

create table session (
  id uuid not null,
  account_id uuid not null,
  seed bytea not null,
  generation integer default 0 not null,
  created_at timestamp with time zone not null,
  rotated_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  constraint session_pkey PRIMARY KEY (id)
);
CREATE INDEX session_account ON session USING btree (account_id);
CREATE INDEX session_expires ON session USING btree (expires_at);
CREATE INDEX session_revoked ON session USING btree (revoked_at) WHERE (revoked_at IS NOT NULL);

create table signing_key (
  kid text not null,
  algorithm text not null,
  public_jwk jsonb not null,
  private_sealed bytea not null,
  created_at timestamp with time zone not null,
  signs_from timestamp with time zone not null,
  signs_until timestamp with time zone,
  verifies_until timestamp with time zone,
  constraint signing_key_pkey PRIMARY KEY (kid)
);

create table simulated_callback (
  id uuid not null,
  payment_id uuid not null,
  status text not null,
  send_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  constraint simulated_callback_pkey PRIMARY KEY (id)
);
CREATE INDEX simulated_callback_due ON simulated_callback USING btree (send_at) WHERE (sent_at IS NULL);

create table simulated_charge (
  payment_id uuid not null,
  amount bigint not null,
  charged_amount bigint default 0 not null,
  refunded_amount bigint default 0 not null,
  status text not null,
  behaviour text default 'normal'::text not null,
  payment_key text not null,
  return_url text not null,
  expires_at timestamp with time zone not null,
  charge_at timestamp with time zone,
  constraint simulated_charge_pkey PRIMARY KEY (payment_id),
  constraint simulated_charge_status_check CHECK ((status = ANY (ARRAY['ready'::text, 'authorized'::text, 'charging'::text, 'charged'::text, 'refused'::text, 'refunded'::text])))
);
CREATE INDEX simulated_charge_due ON simulated_charge USING btree (charge_at) WHERE (status = 'charging'::text);

create table spent_pass (
  performance_id uuid not null,
  account_id uuid not null,
  spent_at timestamp with time zone not null,
  constraint spent_pass_pkey PRIMARY KEY (performance_id, account_id)
);

create table stage (
  id uuid not null,
  venue_id uuid not null,
  name text not null,
  name_en text,
  plan json not null,
  plan_hash text not null,
  grades json not null,
  capacity integer not null,
  created_at timestamp with time zone not null,
  constraint stage_capacity_check CHECK ((capacity > 0)),
  constraint stage_pkey PRIMARY KEY (id)
);
CREATE INDEX stage_plan ON stage USING btree (plan_hash);
CREATE INDEX stage_venue ON stage USING btree (venue_id);

create table ticket (
  id uuid not null,
  reservation_id uuid not null,
  performance_id uuid not null,
  account_id uuid not null,
  seat_no integer not null,
  code text not null,
  status text default 'valid'::text not null,
  issued_at timestamp with time zone not null,
  constraint ticket_code_key UNIQUE (code),
  constraint ticket_pkey PRIMARY KEY (id),
  constraint ticket_status_check CHECK ((status = ANY (ARRAY['valid'::text, 'void'::text])))
);
CREATE INDEX ticket_account ON ticket USING btree (account_id, id);
CREATE INDEX ticket_performance ON ticket USING btree (performance_id, seat_no);
CREATE INDEX ticket_reservation ON ticket USING btree (reservation_id);
CREATE UNIQUE INDEX ticket_seat_once ON ticket USING btree (performance_id, seat_no) WHERE (status <> 'void'::text);

create table venue (
  id uuid not null,
  owner_id uuid not null,
  name text not null,
  name_en text,
  address text not null,
  address_en text,
  time_zone text not null,
  created_at timestamp with time zone not null,
  version integer default 1 not null,
  constraint venue_pkey PRIMARY KEY (id)
);
CREATE INDEX venue_owner ON venue USING btree (owner_id, id);

alter table check_in add constraint check_in_gate_id_fkey FOREIGN KEY (gate_id) REFERENCES gate(id);

alter table concert add constraint concert_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES account(id);

alter table gate add constraint gate_created_by_fkey FOREIGN KEY (created_by) REFERENCES account(id);

alter table gate add constraint gate_performance_id_fkey FOREIGN KEY (performance_id) REFERENCES performance(id);

alter table performance add constraint performance_concert_id_fkey FOREIGN KEY (concert_id) REFERENCES concert(id) ON DELETE CASCADE;

alter table performance add constraint performance_stage_id_fkey FOREIGN KEY (stage_id) REFERENCES stage(id) ON DELETE SET NULL;

alter table room add constraint room_performance_id_fkey FOREIGN KEY (performance_id) REFERENCES performance(id) ON DELETE CASCADE;

alter table room_setting add constraint room_setting_performance_id_fkey FOREIGN KEY (performance_id) REFERENCES performance(id) ON DELETE CASCADE;

alter table session add constraint session_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE;

alter table stage add constraint stage_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES venue(id) ON DELETE CASCADE;

alter table venue add constraint venue_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES account(id);

alter sequence room_holder owned by room.holder;

create view event_each as
 SELECT event."position",
    (0)::bigint AS n,
    event.type,
    event.version,
    event.key,
    event.occurred_at,
    event.trace,
    event.data
   FROM event
  WHERE (event.key IS NOT NULL)
UNION ALL
 SELECT e."position",
    t.n,
    e.type,
    e.version,
    ((t.told ->> 0))::uuid AS key,
    e.occurred_at,
    (t.told ->> 7) AS trace,
    json_build_object('reservationId', (t.told ->> 0), 'performanceId', (t.told ->> 1), 'accountId', (t.told ->> 2), 'seatNos', (t.told -> 3), 'epoch', (t.told -> 4), 'amount', (t.told -> 5), 'expiresAt', to_char(((e.occurred_at + ((((t.told ->> 6))::bigint)::double precision * '00:00:00.001'::interval)) AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'::text)) AS data
   FROM (event e
     CROSS JOIN LATERAL json_array_elements(e.data) WITH ORDINALITY t(told, n))
  WHERE (e.key IS NULL);

CREATE OR REPLACE FUNCTION hold_seats(ids uuid[], performances uuid[], accounts uuid[], firsts integer[], counts integer[], amounts bigint[], limits integer[], ttls bigint[], traces text[], seat_requests integer[], seat_nos integer[], seat_prices bigint[], at timestamp with time zone)
 RETURNS text
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
declare
  answers text[];   -- null: not decided, or won with the epoch in `epochs`
  epochs integer[];
  taken record;
begin
  select array_agg(p.answer order by p.n), array_agg(p.epoch order by p.n) into answers, epochs
  from (
    select w.n, coalesce(max(s.epoch), 0) + 1 as epoch,
      case
        when bool_or(s.reservation_id = ids[w.n] and s.status > 0) then '{"before":' || max(s.epoch) || '}'
        when bool_or(s.live) then '[' || string_agg(w.seat_no::text, ',') filter (where s.live) || ']'
      end as answer
    from unnest(seat_requests, seat_nos) as w (n, seat_no)
    left join lateral (
      select c.epoch, c.status, c.reservation_id, c.status = 2 or (c.status = 1 and c.expires_at > at) as live
      from seat_hold c where c.performance_id = performances[w.n] and c.seat_no = w.seat_no limit 1
    ) s on true
    group by w.n
  ) p;
  if array_position(answers, null) is null then return '[' || array_to_string(answers, ',') || ']'; end if;

  perform pg_advisory_xact_lock(k.performance, k.account)
  from (
    select uuid_hash(r.performance_id) as performance, uuid_hash(r.account_id) as account
    from unnest(performances, accounts, answers) as r (performance_id, account_id, answer)
    where r.answer is null
    order by 1, 2
  ) k;
  select array_agg(case when r.answer is null and h.had + r.seats > r.seats_max
      then '{"had":' || h.had || '}' else r.answer end order by r.n)
  into answers
  from unnest(performances, accounts, counts, limits, answers) with ordinality
    as r (performance_id, account_id, seats, seats_max, answer, n)
  left join lateral (
    -- "is true" hides the second condition from the planner, which must take the index on the person.
    select coalesce(sum(cardinality(o.seat_nos)), 0) as had from reservation o
    where r.answer is null and o.account_id = r.account_id and (o.performance_id = r.performance_id) is true
      and (o.status in (1, 2) or (o.status = 0 and o.expires_at > at - interval '10 seconds'))
  ) h on true;

  with want as materialized (
    select performances[w.n] as performance_id, w.seat_no, epochs[w.n] as epoch, ids[w.n] as id,
      at + ttls[w.n] * interval '1 millisecond' as expires_at
    from unnest(seat_requests, seat_nos) as w (n, seat_no)
    where answers[w.n] is null
    order by 1, 2
  ), took as (
    insert into seat_hold as s (performance_id, seat_no, epoch, status, reservation_id, expires_at)
    select performance_id, seat_no, epoch, 1, id, expires_at from want
    on conflict (performance_id, seat_no) do update
      set epoch = greatest(s.epoch + 1, excluded.epoch), status = 1,
        reservation_id = excluded.reservation_id, expires_at = excluded.expires_at
      where s.status = 0 or (s.status = 1 and s.expires_at <= at)
    returning s.epoch
  )
  select w.seats, w.epochs, t.seats as seats_taken, t.epochs as epochs_taken into taken
  from (select count(*) as seats, sum(epoch) as epochs from want) w,
    (select count(*) as seats, sum(epoch) as epochs from took) t;

  -- An epoch is never lower than intended, so equal sums mean equal epochs.
  if taken.seats_taken <> taken.seats or taken.epochs_taken <> taken.epochs then
    with mine as materialized (
      select w.n, w.seat_no, s.epoch
      from unnest(seat_requests, seat_nos) as w (n, seat_no)
      left join lateral (
        select c.epoch from seat_hold c
        where c.performance_id = performances[w.n] and c.seat_no = w.seat_no and c.reservation_id = ids[w.n]
          and c.status = 1
        limit 1
      ) s on true
      where answers[w.n] is null
    ), outcome as (
      select n, max(epoch) as epoch,
        '[' || string_agg(seat_no::text, ',') filter (where epoch is null) || ']' as answer
      from mine group by n
    )
    select array_agg(coalesce(r.answer, o.answer) order by r.n), array_agg(coalesce(o.epoch, r.epoch) order by r.n)
    into answers, epochs
    from unnest(answers, epochs) with ordinality as r (answer, epoch, n) left join outcome o on o.n = r.n;
    -- Only own rows, locked since step 3: their order is free.
    update seat_hold c
    set status = case when answers[w.n] is null then 1 else 0 end,
      epoch = case when answers[w.n] is null then epochs[w.n] else c.epoch end
    from unnest(seat_requests, seat_nos) as w (n, seat_no)
    where c.performance_id = performances[w.n] and c.seat_no = w.seat_no and c.reservation_id = ids[w.n]
      and c.status = 1 and c.expires_at > at;
  end if;

  with won as materialized (
    select r.id, r.performance_id, r.account_id, r.epoch, r.amount, r.ttl, r.trace,
      seat_nos[r.first:r.first + r.seats - 1] as seat_nos, seat_prices[r.first:r.first + r.seats - 1] as prices,
      at + r.ttl * interval '1 millisecond' as expires_at
    from unnest(ids, performances, accounts, firsts, counts, amounts, ttls, traces, answers, epochs)
      as r (id, performance_id, account_id, first, seats, amount, ttl, trace, answer, epoch)
    where r.answer is null
  ), created as (
    insert into reservation
      (id, performance_id, account_id, seat_nos, prices, epoch, amount, status, created_at, expires_at, updated_at)
    select id, performance_id, account_id, seat_nos, prices, epoch, amount, 0, at, expires_at, at from won
  )
  insert into event (type, version, occurred_at, size, data)
  select 'reservation.created', 1, at, count(*), ('[' || string_agg(
    concat('["', id, '","', performance_id, '","', account_id, '",[', array_to_string(seat_nos, ','), '],', epoch, ',',
      amount, ',', ttl, ',' || to_json(trace), ']'), ',') || ']')::json
  from won
  having count(*) > 0;

  return '[' || (select string_agg(coalesce(r.answer, r.epoch::text), ',' order by r.n)
    from unnest(answers, epochs) with ordinality as r (answer, epoch, n)) || ']';
end
$function$;

CREATE OR REPLACE FUNCTION hold_seats_alone(id uuid, performance uuid, account uuid, seats integer[], prices bigint[], amount bigint, seats_max integer, ttl bigint, trace text, at timestamp with time zone)
 RETURNS text
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
AS $function$
declare
  expiry constant timestamptz := at + ttl * interval '1 millisecond';
  top integer;
  live integer[];
  had bigint;
  taken record;
begin
  -- Without a lock: in a storm on sold seats nothing is written, so there is no commit to wait for.
  select coalesce(max(c.epoch), 0) + 1,
    array_agg(c.seat_no) filter (where c.status = 2 or (c.status = 1 and c.expires_at > at))
  into top, live
  from seat_hold c where c.performance_id = performance and c.seat_no = any (seats);
  if live is not null then return '[' || array_to_string(live, ',') || ']'; end if;

  perform pg_advisory_xact_lock(uuid_hash(performance), uuid_hash(account));
  had := seats_had(account, performance, at);
  if had + cardinality(seats) > seats_max then return '{"had":' || had || '}'; end if;

  with took as (
    insert into seat_hold as s (performance_id, seat_no, epoch, status, reservation_id, expires_at)
    select performance, w.seat_no, top, 1, id, expiry from unnest(seats) as w (seat_no) order by w.seat_no
    on conflict (performance_id, seat_no) do update
      set epoch = greatest(s.epoch + 1, excluded.epoch), status = 1, reservation_id = excluded.reservation_id,
        expires_at = excluded.expires_at
      where s.status = 0 or (s.status = 1 and s.expires_at <= at)
    returning s.epoch
  )
  select count(*) as seats, sum(t.epoch) as epochs into taken from took t;
  -- An epoch is never lower than intended, so equal sums mean equal epochs.
  if taken.seats <> cardinality(seats) or taken.epochs <> top::bigint * cardinality(seats) then
    raise exception 'a seat was held in between' using errcode = '40001';
  end if;

  perform record_reservation(id, performance, account, seats, prices, amount, top, expiry, trace, at);
  return top::text;
end
$function$;

CREATE OR REPLACE FUNCTION record_reservation(id uuid, performance uuid, account uuid, seats integer[], prices bigint[], amount bigint, epoch integer, expires_at timestamp with time zone, trace text, at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
#variable_conflict use_variable
begin
  insert into reservation
    (id, performance_id, account_id, seat_nos, prices, epoch, amount, status, created_at, expires_at, updated_at)
  values (id, performance, account, seats, prices, epoch, amount, 0, at, expires_at, at);
  insert into event (type, version, key, partition_key, occurred_at, trace, data)
  values ('reservation.created', 1, id, performance, at, trace, jsonb_build_object('reservationId', id,
    'performanceId', performance, 'accountId', account, 'seatNos', seats, 'epoch', epoch, 'amount', amount,
    'expiresAt', to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')));
end
$function$;

CREATE OR REPLACE FUNCTION seats_had(account uuid, performance uuid, at timestamp with time zone)
 RETURNS bigint
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce(sum(cardinality(o.seat_nos)), 0)::bigint from reservation o
  where o.account_id = account and (o.performance_id = performance) is true
    and (o.status in (1, 2) or (o.status = 0 and o.expires_at > at - interval '10 seconds'))
$function$;
