import { countedBreaches, type Invariant } from './invariant.ts';

const COUNT = 'select count(*) from queued_request';

/** Writes that waited above the threshold: told what happened, begun in order, each once. */
export const requestInvariants: readonly Invariant[] = [
  countedBreaches({
    name: 'queued_requests_told_the_truth',
    checked: COUNT,
    // What was given up had no effect by then; a success is the one that stands under its key.
    breaches: `select 'request ' || q.number || ' was told ' || left(q.result, 60) || ', its key has ' ||
        coalesce(left(i.result, 60), 'nothing')
      from queued_request q
      left join idempotency_record i on i.scope = q.account_id and i.key = q.key
      where q.state = 2 and (
        (q.result::json ->> 'code' = 'expired_in_queue' and i.created_at < q.done_at)
        or (q.result::json ->> 'ok' = 'true' and i.result::jsonb is distinct from q.result::jsonb))`,
  }),
  countedBreaches({
    name: 'queued_requests_in_order',
    checked: COUNT,
    breaches: `select 'request ' || b.number || ' of account ' || b.account_id || ' was done before ' || a.number
      from queued_request a
      join queued_request b on b.account_id = a.account_id and b.number > a.number
      where b.state = 2 and (a.state < 2 or a.done_at > b.done_at)`,
  }),
  countedBreaches({
    name: 'queued_requests_numbered',
    checked: COUNT,
    breaches: `select 'request ' || q.number || ' is above the last number ' || coalesce(r.last_number, 0)
      from queued_request q left join request_queue r on true where q.number > coalesce(r.last_number, 0)`,
  }),
];
