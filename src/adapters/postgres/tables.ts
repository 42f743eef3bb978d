import type { Generated, JSONColumnType } from 'kysely';

/** The tables of migrations/*.sql as kysely sees them. Times are Dates, bigint columns are numbers. */
export type Tables = {
  account: {
    id: string;
    email: string;
    name: string;
    password_hash: string | null;
    roles: string[];
    created_at: Date;
    tokens_valid_from: Date | null;
  };
  session: {
    id: string;
    account_id: string;
    seed: Buffer;
    generation: number;
    created_at: Date;
    rotated_at: Date;
    expires_at: Date;
    revoked_at: Date | null;
  };
  signing_key: {
    kid: string;
    algorithm: string;
    public_jwk: JSONColumnType<Record<string, unknown>>;
    private_sealed: Buffer;
    created_at: Date;
    signs_from: Date;
    signs_until: Date | null;
    verifies_until: Date | null;
  };
  venue: { id: string; owner_id: string; name: string; address: string; created_at: Date };
  stage: {
    id: string;
    venue_id: string;
    name: string;
    plan: JSONColumnType<object>;
    plan_hash: string;
    grades: JSONColumnType<Record<string, number>>;
    capacity: number;
    created_at: Date;
  };
  concert: {
    id: string;
    owner_id: string;
    title: string;
    artist: string;
    description: string;
    category: string;
    created_at: Date;
    updated_at: Date;
    first_starts_at: Generated<Date>;
    popularity: Generated<number>;
  };
  performance: {
    id: string;
    concert_id: string;
    stage_id: string;
    starts_at: Date;
    opens_at: Date;
    closes_at: Date;
    currency: string;
    prices: JSONColumnType<Record<string, number>>;
    limit_per_person: number;
    hold_ttl_ms: number;
    room_enabled: boolean;
    created_at: Date;
    updated_at: Date;
  };
  event: {
    position: Generated<number>;
    type: string;
    version: number;
    key: string;
    occurred_at: Date;
    trace: string | null;
    data: JSONColumnType<object>;
  };
  event_consumer: {
    name: string;
    position: number;
    updated_at: Generated<Date>;
    attempts: Generated<number>;
    failing_since: Date | null;
    last_error: string | null;
    failed_position: number | null;
  };
  idempotency_record: {
    scope: string;
    key: string;
    fingerprint: Buffer;
    status: number;
    body: string;
    created_at: Date;
  };
  room: {
    performance_id: string;
    state: string;
    rate_per_second: number;
    concurrency: number;
    updated_at: Date;
    retired_at: Date | null;
  };
  room_setting: {
    performance_id: string;
    changed_at: Date;
    state: string;
    rate_per_second: number;
    concurrency: number;
    changed_by: string | null;
  };
  room_entry: {
    performance_id: string;
    number: number;
    account_id: string;
    joined_at: Date;
    status: number;
    admitted_at: Date | null;
    pass_expires_at: Date | null;
    ended_at: Date | null;
  };
  room_absence: {
    performance_id: string;
    number: number;
    passed_over_at: Date;
    returned_at: Date | null;
  };
  spent_pass: { performance_id: string; account_id: string; spent_at: Date };
  seat_claim: {
    performance_id: string;
    seat_no: number;
    epoch: number;
    status: number;
    reservation_id: string;
    expires_at: Date;
  };
  reservation: {
    id: string;
    performance_id: string;
    account_id: string;
    seat_nos: number[];
    prices: number[];
    epoch: number;
    amount: number;
    status: number;
    created_at: Date;
    expires_at: Date;
    updated_at: Date;
  };
  point_balance: { account_id: string; balance: number };
  point_entry: {
    id: string;
    transfer_id: string;
    account_id: string;
    kind: string;
    amount: number;
    balance_after: number | null;
    reference: string | null;
    created_at: Date;
  };
  payment: {
    id: string;
    reservation_id: string;
    account_id: string;
    method: string;
    amount: number;
    status: string;
    created_at: Date;
    updated_at: Date;
  };
  ticket: {
    id: string;
    reservation_id: string;
    performance_id: string;
    account_id: string;
    seat_no: number;
    code: string;
    status: string;
    issued_at: Date;
    checked_in_at: Date | null;
    checked_in_by: string | null;
  };
  sales_progress: {
    performance_id: string;
    capacity: number;
    sold: number;
    first_sold_at: Date | null;
    sold_out_at: Date | null;
  };
  sales_minute: { performance_id: string; minute: Date; sold: number };
};
