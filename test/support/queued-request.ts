import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/adapters/postgres/database.ts';

/** A write of this account that had waited in the request queue, and was given up. @returns its id */
export async function addGivenUpRequest(
  database: Database,
  accountId: string,
  requestId = 'r',
): Promise<string> {
  const id = randomUUID();
  await database.query(
    `with last as (insert into request_queue as q (last_number) values (1)
       on conflict (is_only) do update set last_number = q.last_number + 1 returning last_number)
     insert into queued_request (number, id, account_id, session_id, roles, token_ends_at, operation, input, key,
       fingerprint, request_id, state, expires_at, done_at, result)
     select last_number, $1::uuid, $2::uuid, 's', '{member}', now(), 'reserveSeats', '{}', 'queued ' || $1::uuid, 'f', $3, 2, now(),
       now(), '{"ok":false,"code":"expired_in_queue"}' from last`,
    [id, accountId, requestId],
  );
  return id;
}
