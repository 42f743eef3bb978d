import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { nowMs } from '../load/clock.ts';
import { Subscribers } from './subscribers.ts';
import type { SubscribersOrder } from './subscribers-order.ts';

const VIEWERS = 60;

/** A server of one seat map that knows its changes by version, and can leave some out for a reader. */
async function startServer(t: TestContext, leavesOut: (readerNo: number, version: number) => boolean) {
  const changes: number[] = [];
  const readers: { readonly answer: ServerResponse; readonly no: number }[] = [];
  const resumed: number[] = [];
  const tell = ({ answer, no }: (typeof readers)[number], version: number) => {
    if (leavesOut(no, version)) return;
    const data = { from: version - 1, version, free: [], held: [version - 1], sold: [] };
    answer.write(`id: ${version}\nevent: delta\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const server = createServer((request, answer) => {
    const since = Number(request.headers['last-event-id']);
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    answer.write('retry: 1\n\n');
    const reader = { answer, no: readers.push({ answer, no: readers.length }) - 1 };
    if (reader.no >= VIEWERS) resumed.push(since);
    for (const version of changes) if (version > since) tell(reader, version);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    target: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    resumed,
    change() {
      const version = changes.push(changes.length + 1);
      for (const reader of readers) if (!reader.answer.destroyed) tell(reader, version);
      return version;
    },
  };
}

function orderFor(target: SubscribersOrder['target']): SubscribersOrder {
  const map = { performanceId: 'p', picture: { version: 0, state: '0000000000' }, viewers: VIEWERS };
  return { target, maps: [map], passTtlMs: 1_000 };
}

test('an subscribers is told everything, also those who break off and resume', async (t) => {
  const server = await startServer(t, () => false);
  const subscribers = new Subscribers(orderFor(server.target));
  await subscribers.open();
  subscribers.begin(100);
  const marks = [];
  for (let no = 0; no < 10; no++) {
    marks.push({ seatNo: server.change() - 1, atMs: nowMs() });
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  const picture = { version: 10, state: '1111111111' };
  const { invariant, delays } = await subscribers.settle({ maps: [{ performanceId: 'p', picture, marks }] });
  assert.deepEqual([invariant.ok, invariant.checked], [true, VIEWERS], invariant.detail);
  assert.match(invariant.detail, /600 events, .* 3 resumed/);
  assert.equal(server.resumed.length, 3);
  assert.equal(Object.keys(delays).length, 1);
});

test('one change that one of them was not told is found', async (t) => {
  const server = await startServer(t, (no, version) => no === 30 && version === 2);
  const subscribers = new Subscribers({ ...orderFor(server.target), settleMs: 200 });
  await subscribers.open();
  for (let no = 0; no < 3; no++) server.change();
  const picture = { version: 3, state: '1110000000' };
  const { invariant } = await subscribers.settle({ maps: [{ performanceId: 'p', picture, marks: [] }] });
  assert.equal(invariant.ok, false);
  assert.match(invariant.detail, /1 wrong: change 1 is 2, it was told 3/);
});
