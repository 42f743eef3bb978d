import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiProblem } from './problem.ts';
import { isTicket, realAnswer } from './queued.ts';

const ticket = { queuedRequestId: 'a', number: 3, ahead: 2, pollAfterMs: 1 };

/** Answers one body after the other, and notes what was asked for. */
function server(...bodies: readonly object[]) {
  const asked: string[] = [];
  const ask = async (address: string) => {
    asked.push(address);
    return Response.json(bodies[asked.length - 1]);
  };
  return { asked, ask };
}

describe('a write that waits in the queue', () => {
  it('is known by its ticket, and no other 202 is', () => {
    assert.equal(isTicket(202, ticket), true);
    for (const [status, body] of [
      [202, { id: 'a', status: 'cancelling' }],
      [201, ticket],
      [202, undefined],
    ] as const)
      assert.equal(isTicket(status, body), false);
  });

  it('is asked for until the real answer is there', async () => {
    const waiting = { state: 'queued', number: 3, ahead: 1, pollAfterMs: 1 };
    const { asked, ask } = server(waiting, waiting, { state: 'done', status: 201, body: { id: 'r' } });
    assert.deepEqual(await realAnswer(ticket, ask), { id: 'r' });
    assert.deepEqual(
      asked,
      Array.from({ length: 3 }, () => '/v1/queued-requests/a'),
    );
  });

  it('is refused as it would have been at once', async () => {
    const body = { code: 'seat_taken', title: 'Taken', status: 409, seats: ['A-1-1'] };
    const { ask } = server({ state: 'done', status: 409, body });
    await assert.rejects(realAnswer(ticket, ask), (error) => {
      assert.ok(error instanceof ApiProblem);
      assert.deepEqual([error.code, error.status, error.body], ['seat_taken', 409, body]);
      return true;
    });
  });
});
