import type { Result } from '../../../kernel/result.ts';
import type {
  FoundRequest,
  QueueBounds,
  Queued,
  RequestStore,
  TakenRequest,
  WaitingRequest,
} from '../../../platform/overload/request-queue/ports.ts';
import type { Database } from '../database.ts';

/** Requests that wait, as rows of `queued_request`. */
export function createRequestStore(database: Database): RequestStore {
  return {
    add: (requests, bounds) => add(database, requests, bounds),
    async find(asked) {
      const ids = asked.map(({ id }) => id);
      const accounts = asked.map(({ accountId }) => accountId);
      const rows = await database.query<FoundRow>(FIND, [ids, accounts]);
      const byName = new Map(rows.map((row) => [`${row.id} ${row.account_id}`, toFound(row)]));
      return asked.map(({ id, accountId }) => byName.get(`${id} ${accountId}`));
    },
    async length() {
      const [row] = await database.query<{ length: number }>(LENGTH);
      return row?.length ?? 0;
    },
    async expire(result) {
      return (await database.query(EXPIRE, [JSON.stringify(result)])).length;
    },
    async take(lease, max) {
      const rows = await database.query<TakenRow>(TAKE, [lease.name, lease.fencingNumber, max]);
      return rows.map(toTaken).toSorted((a, b) => a.number - b.number);
    },
    async end(lease, ended) {
      const rows = ended.map(({ id, result }) => ({ id, result: JSON.stringify(result) }));
      await database.query(END, [lease.fencingNumber, JSON.stringify(rows)]);
    },
    async forget(olderThanMs) {
      await database.query(FORGET, [olderThanMs]);
    },
  };
}

/** The row is taken first, so that the second statement sees what those before it committed. */
async function add(
  database: Database,
  requests: readonly WaitingRequest[],
  { lengthMax, ttlMs }: QueueBounds,
): Promise<readonly Queued[]> {
  const rows = requests.map(toRow);
  return database.transaction(async (tx) => {
    await tx.query(LOCK);
    const answers = await tx.query<AddedRow>(ADD, [JSON.stringify(rows), lengthMax, ttlMs]);
    const byPlace = new Map(answers.map((row) => [row.place, row]));
    return requests.map((_, place) => toQueued(byPlace.get(place)!));
  });
}

type AddedRow = {
  place: number;
  kind: Queued['kind'];
  id: string;
  number: number;
  ahead: number;
};

const toQueued = ({ kind, id, number, ahead }: AddedRow): Queued =>
  kind === 'queued' ? { kind, id, number, ahead } : { kind };

function toRow(request: WaitingRequest, place: number): object {
  const { account, key } = request;
  return {
    place,
    id: request.id,
    account_id: account.accountId,
    session_id: account.sessionId,
    roles: [...account.roles],
    token_ends_ms: account.expiresAt,
    operation: request.operationId,
    input: request.input,
    pass_number: request.pass?.number,
    pass_issued_at: request.pass?.issuedAt,
    key: key.key,
    fingerprint: key.fingerprint.toString('hex'),
    request_id: request.requestId,
    trace: request.trace,
  };
}

const LOCK = {
  name: 'request-queue-lock',
  text: `insert into request_queue as q (last_number) values (0)
    on conflict (is_only) do update set last_number = q.last_number`,
};

const ADD = {
  name: 'request-queue-add',
  text: `with asked as (
      select * from json_to_recordset($1::json) as r (place int, id uuid, account_id uuid, session_id text, roles text[],
        token_ends_ms float8, operation text, input jsonb, pass_number bigint, pass_issued_at bigint, key text,
        fingerprint text, request_id text, trace text)),
    open as (select count(*) as length from queued_request where state < 2),
    known as (
      select a.*, q.id as open_id, q.number as open_number, q.fingerprint as open_fingerprint,
        exists (select from idempotency_record i where i.scope = a.account_id and i.key = a.key) as is_answered
      from asked a left join queued_request q on q.account_id = a.account_id and q.key = a.key and q.state < 2),
    judged as (
      select *, row_number() over (partition by open_id is null and not is_answered order by place) as turn
      from known),
    kept as (
      select j.*, (select last_number from request_queue) + j.turn as number
      from judged j, open
      where open_id is null and not is_answered and open.length + j.turn <= $2),
    inserted as (
      insert into queued_request (number, id, account_id, session_id, roles, token_ends_at, operation, input,
        pass_number, pass_issued_at, key, fingerprint, request_id, trace, expires_at)
      select number, id, account_id, session_id, roles, to_timestamp(token_ends_ms / 1000), operation, input,
        pass_number, pass_issued_at, key, decode(fingerprint, 'hex'), request_id, trace,
        clock_timestamp() + $3::float8 * interval '1 millisecond'
      from kept),
    counted as (
      update request_queue set last_number = last_number + (select count(*) from kept)
      where exists (select from kept))
    select j.place,
      case
        when j.open_id is not null and j.open_fingerprint <> decode(j.fingerprint, 'hex') then 'reused'
        when j.open_id is not null then 'queued'
        when j.is_answered then 'answered'
        when k.id is null then 'full'
        else 'queued'
      end as kind,
      coalesce(j.open_id, j.id) as id,
      coalesce(j.open_number, k.number) as number,
      case when j.open_id is null then open.length + j.turn - 1
        else (select count(*) from queued_request w where w.state = 0 and w.number < j.open_number) end as ahead
    from open, judged j left join kept k using (place)`,
};

const LENGTH = {
  name: 'request-queue-length',
  text: 'select count(*) as length from queued_request where state < 2',
};

const FIND = {
  name: 'request-queue-find',
  text: `with asked as (select * from unnest($1::uuid[], $2::uuid[]) as a (id, account_id)),
    waiting as (select number, row_number() over (order by number) - 1 as ahead from queued_request where state = 0)
    select q.id, q.account_id, q.session_id, q.roles, extract(epoch from q.token_ends_at) * 1000 as token_ends_ms,
      q.number, q.state, q.operation, q.input, q.request_id, q.result, coalesce(w.ahead, 0) as ahead
    from asked a join queued_request q on q.id = a.id and q.account_id = a.account_id
    left join waiting w on w.number = q.number`,
};

const EXPIRE = {
  name: 'request-queue-expire',
  text: `update queued_request set state = 2, done_at = now(), result = $1
    where state = 0 and expires_at <= clock_timestamp() returning number`,
};

/**
 * One at a time of an account, in the order of its numbers. What an earlier holder had begun is taken however old it is:
 * it may have had its effect, which its key finds again.
 */
const TAKE = {
  name: 'request-queue-take',
  text: `with fence as (
      select 1 from lease where name = $1 and fencing_number = $2 and expires_at > clock_timestamp() for share),
    next as (
      select q.number from queued_request q, fence
      where ((q.state = 0 and q.expires_at > clock_timestamp()) or (q.state = 1 and q.fencing_number < $2))
        and not exists (select from queued_request e
          where e.account_id = q.account_id and e.number < q.number and e.state < 2)
      order by q.number limit $3)
    update queued_request q set state = 1, fencing_number = $2 from next where q.number = next.number
    returning q.number, q.id, q.account_id, q.session_id, q.roles,
      extract(epoch from q.token_ends_at) * 1000 as token_ends_ms, q.operation, q.input, q.pass_number,
      q.pass_issued_at, q.key, q.fingerprint, q.request_id, q.trace,
      extract(epoch from q.expires_at - clock_timestamp())::float8 * 1000 as remaining_ms`,
};

const END = {
  name: 'request-queue-end',
  text: `update queued_request q set state = 2, done_at = now(), result = r.result
    from json_to_recordset($2::json) as r (id uuid, result text)
    where q.id = r.id and q.state = 1 and q.fencing_number = $1`,
};

const FORGET = `delete from queued_request
  where state = 2 and done_at < now() - $1::float8 * interval '1 millisecond'`;

type PersonRow = {
  account_id: string;
  session_id: string;
  roles: string[];
  token_ends_ms: string;
};

type FoundRow = PersonRow & {
  id: string;
  number: number;
  state: number;
  operation: string;
  input: unknown;
  request_id: string;
  result: string | null;
  ahead: number;
};

type TakenRow = PersonRow & {
  number: number;
  id: string;
  operation: string;
  input: unknown;
  pass_number: number | null;
  pass_issued_at: number | null;
  key: string;
  fingerprint: Buffer;
  request_id: string;
  trace: string | null;
  remaining_ms: number;
};

const toAccount = ({ account_id, session_id, roles, token_ends_ms }: PersonRow) => ({
  accountId: account_id,
  sessionId: session_id,
  roles: new Set(roles),
  expiresAt: Number(token_ends_ms),
});

function toFound(row: FoundRow): FoundRequest {
  const { number, ahead } = row;
  if (row.result === null) return { state: 'queued', number, ahead };
  return {
    state: 'done',
    number,
    operationId: row.operation,
    input: row.input,
    account: toAccount(row),
    requestId: row.request_id,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the use case returned, from our own table
    result: JSON.parse(row.result) as Result<unknown>,
  };
}

function toTaken(row: TakenRow): TakenRequest {
  const { pass_number: number, pass_issued_at: issuedAt } = row;
  return {
    number: row.number,
    id: row.id,
    account: toAccount(row),
    operationId: row.operation,
    input: row.input,
    pass: number === null || issuedAt === null ? undefined : { number, issuedAt },
    key: { scope: row.account_id, key: row.key, fingerprint: row.fingerprint },
    requestId: row.request_id,
    trace: row.trace ?? undefined,
    remainingMs: row.remaining_ms,
  };
}
