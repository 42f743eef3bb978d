/** Requests that wait, in PostgreSQL: what the port promises, and what the check finds where a guard is taken out. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Queryable } from '../../src/adapters/postgres/database.ts';
import { requestInvariants } from '../../src/adapters/postgres/invariants/requests.ts';
import { createLeaseStore } from '../../src/adapters/postgres/lease/lease-store.ts';
import { createRequestStore } from '../../src/adapters/postgres/overload/request-store.ts';
import type { Lease } from '../../src/platform/lease/lease.ts';
import type {
  Queued,
  TakenRequest,
  WaitingRequest,
} from '../../src/platform/overload/request-queue/ports.ts';
import { ReservationTestApp } from '../support/reservations/test-app.ts';

const BOUNDS = { lengthMax: 100, ttlMs: 60_000 };
const EXPIRED = { ok: false, code: 'expired_in_queue' } as const;
let testApp: ReservationTestApp;

before(async () => {
  testApp = await ReservationTestApp.open();
});
after(() => testApp.close());
beforeEach(() => testApp.database.query('truncate queued_request, lease, idempotency_record'));

function request(accountId: string, more: Partial<WaitingRequest> = {}): WaitingRequest {
  const id = randomUUID();
  return {
    id,
    account: { accountId, roles: new Set(['member', 'seller']), sessionId: 's', expiresAt: Date.now() },
    operationId: 'reserveSeats',
    input: { seatIds: ['A-1-1'] },
    pass: undefined,
    key: { scope: accountId, key: `queued ${id}`, fingerprint: Buffer.from('one') },
    requestId: 'r',
    trace: undefined,
    ...more,
  };
}

const store = () => createRequestStore(testApp.database);
const kinds = (queued: readonly Queued[]) => queued.map(({ kind }) => kind);
const ids = (requests: readonly { readonly id: string }[]) => requests.map(({ id }) => id);

/** A new holder; the one before has lost the lease. */
async function takeLease(): Promise<Lease> {
  await testApp.database.query(`update lease set expires_at = '-infinity'`);
  const lease = await createLeaseStore(testApp.database).acquire({
    name: 'request-queue',
    holder: randomUUID(),
    ttlMs: 60_000,
  });
  assert.ok(lease);
  return lease;
}

describe('requests that wait', { timeout: 60_000 }, () => {
  test('are numbered without a gap as they come, also by several processes at once', async () => {
    const [one, two] = [store(), store()];
    const batches = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        (index % 2 === 0 ? one : two).add([request(randomUUID()), request(randomUUID())], BOUNDS),
      ),
    );
    const numbers = batches.flat().map((queued) => (queued.kind === 'queued' ? queued.number : 0));
    const sorted = numbers.toSorted((a, b) => a - b);
    assert.deepEqual(
      sorted,
      Array.from({ length: 80 }, (_, index) => sorted[0]! + index),
    );
    assert.equal(await one.length(), 80);
  });

  test('are found by their account alone, with all that they hold', async () => {
    const [ann, bob] = [randomUUID(), randomUUID()];
    const [first, second] = [request(bob), request(ann, { pass: { number: 7, issuedAt: 1_700 } })];
    await store().add([first, second], BOUNDS);
    const found = await store().find([
      { id: second.id, accountId: ann },
      { id: second.id, accountId: bob },
      { id: randomUUID(), accountId: ann },
    ]);
    const places = found.map((one) => (one?.state === 'queued' ? one.ahead : undefined));
    assert.deepEqual(places, [1, undefined, undefined]);
    const [, taken] = await store().take(await takeLease(), 10);
    const { number: _number, remainingMs, ...rest } = taken!;
    assert.deepEqual(rest, second);
    assert.ok(remainingMs > 0 && remainingMs <= BOUNDS.ttlMs);
  });

  test('with one key are one, until it is done; another request with it is refused', async () => {
    const ann = randomUUID();
    const key = { scope: ann, key: 'mine', fingerprint: Buffer.from('one') };
    const first = request(ann, { key });
    const other = { ...key, fingerprint: Buffer.from('other') };
    const answers = [
      ...(await store().add([first], BOUNDS)),
      ...(await store().add([request(ann, { key })], BOUNDS)),
      ...(await store().add([request(ann, { key: other })], BOUNDS)),
      ...(await store().add([request(randomUUID(), { key: { ...key, scope: randomUUID() } })], BOUNDS)),
    ];
    assert.deepEqual(kinds(answers), ['queued', 'queued', 'reused', 'queued']);
    assert.ok(answers[1]?.kind === 'queued' && answers[1].id === first.id);
    await testApp.database.query(
      `insert into idempotency_record values ($1, 'done', 'one', '{"ok":true}', now())`,
      [ann],
    );
    const done = { ...key, key: 'done' };
    assert.deepEqual(kinds(await store().add([request(ann, { key: done })], BOUNDS)), ['answered']);
  });

  test('are bounded: what is beyond is not kept, and what repeats takes no place', async () => {
    const ann = randomUUID();
    const key = { scope: ann, key: 'mine', fingerprint: Buffer.from('one') };
    await store().add([request(ann, { key })], BOUNDS);
    const bounds = { ...BOUNDS, lengthMax: 3 };
    const more = [request(ann), request(ann, { key }), request(ann), request(ann)];
    assert.deepEqual(kinds(await store().add(more, bounds)), ['queued', 'queued', 'queued', 'full']);
    assert.equal(await store().length(), 3);
  });

  test('begin in their order, one at a time of an account, and are done once', async () => {
    const [ann, bob] = [randomUUID(), randomUUID()];
    const [a1, a2, b1] = [request(ann), request(ann), request(bob)];
    await store().add([a1, a2, b1], BOUNDS);
    const lease = await takeLease();
    const taken = await store().take(lease, 10);
    assert.deepEqual(ids(taken), [a1.id, b1.id]);
    assert.deepEqual(await store().take(lease, 10), []);
    await store().end(lease, [{ id: a1.id, result: { ok: true, value: 1 } }]);
    await store().end(lease, [{ id: a1.id, result: { ok: true, value: 2 } }]);
    assert.deepEqual(ids(await store().take(lease, 10)), [a2.id]);
    const [done] = await store().find([{ id: a1.id, accountId: ann }]);
    assert.deepEqual(done?.state === 'done' && done.result, { ok: true, value: 1 });
  });

  test('are neither begun nor ended by who has lost the lease; the next holder goes on with what was begun', async () => {
    const ann = randomUUID();
    const [begun, waiting] = [request(randomUUID()), request(ann)];
    await store().add([begun], { ...BOUNDS, ttlMs: 1 });
    const former = await takeLease();
    await testApp.database.query(`update queued_request set expires_at = now() + interval '1 minute'`);
    assert.deepEqual(ids(await store().take(former, 1)), [begun.id]);
    // However old it is: it may have had its effect.
    await testApp.database.query(`update queued_request set expires_at = now() - interval '1 minute'`);
    await store().add([waiting], BOUNDS);
    const lease = await takeLease();
    assert.deepEqual(await store().take(former, 10), []);
    assert.equal(await store().expire(EXPIRED), 0);
    assert.deepEqual(ids(await store().take(lease, 10)), [begun.id, waiting.id]);
    await store().end(former, [{ id: begun.id, result: { ok: true, value: 'late' } }]);
    assert.equal(await store().length(), 2);
    await store().end(lease, [{ id: begun.id, result: { ok: true, value: 'mine' } }]);
    assert.equal(await store().length(), 1);
  });

  test('that nobody has begun in time are given up, and answers are forgotten after a while', async () => {
    const late = request(randomUUID());
    await store().add([late], { ...BOUNDS, ttlMs: -1 });
    assert.deepEqual(await store().take(await takeLease(), 10), [] satisfies TakenRequest[]);
    assert.equal(await store().expire(EXPIRED), 1);
    const name = { id: late.id, accountId: late.account.accountId };
    const [found] = await store().find([name]);
    assert.deepEqual(found?.state === 'done' && found.result, EXPIRED);
    await store().forget(60_000);
    assert.ok((await store().find([name]))[0]);
    await store().forget(-1);
    assert.equal((await store().find([name]))[0], undefined);
  });
});

class RolledBack extends Error {}

/** Names of the invariants that are broken after these statements, which are taken back. */
async function brokenBy(...statements: readonly string[]): Promise<string[]> {
  let broken: string[] = [];
  const look = async (tx: Queryable) => {
    for (const statement of statements) await tx.query(statement);
    for (const { name, run } of requestInvariants) if (!(await run(tx)).ok) broken = [...broken, name];
    throw new RolledBack();
  };
  await testApp.database.transaction(look).catch((error: unknown) => {
    if (!(error instanceof RolledBack)) throw error;
  });
  return broken;
}

describe('the check of the request queue', { timeout: 60_000 }, () => {
  test('finds what was told wrong, done out of order or numbered by nobody', async () => {
    const ann = randomUUID();
    await store().add([request(ann), request(ann)], BOUNDS);
    const lease = await takeLease();
    for (const value of ['one', 'two']) {
      const [taken] = await store().take(lease, 1);
      await testApp.database.query(
        `insert into idempotency_record
         select account_id, key, fingerprint, $2, now() from queued_request where id = $1`,
        [taken!.id, JSON.stringify({ ok: true, value })],
      );
      await store().end(lease, [{ id: taken!.id, result: { ok: true, value } }]);
    }
    assert.deepEqual(await brokenBy(), []);
    const last = '(select max(number) from queued_request)';
    const breaches = {
      [`update queued_request set result = '{"ok":false,"code":"expired_in_queue"}' where number = ${last}`]:
        'queued_requests_told_the_truth',
      [`update queued_request set result = '{"ok":true,"value":"other"}' where number = ${last}`]:
        'queued_requests_told_the_truth',
      'delete from idempotency_record': 'queued_requests_told_the_truth',
      [`update queued_request set done_at = now() - interval '1 hour' where number = ${last}`]:
        'queued_requests_in_order',
      'update request_queue set last_number = 0': 'queued_requests_numbered',
    };
    for (const [statement, name] of Object.entries(breaches))
      assert.deepEqual(await brokenBy(statement), [name], statement);
  });
});
