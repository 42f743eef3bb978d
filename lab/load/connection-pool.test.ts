import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { ConnectionPool } from './connection-pool.ts';

test('every connection that is opened ahead has been accepted and has carried a request', async (t) => {
  const ports = new Set<number | undefined>();
  const server = createServer((request, response) => {
    ports.add(request.socket.remotePort);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const pool = new ConnectionPool({ host: '127.0.0.1', port }, { size: 450, timeoutMs: 10_000 });
  t.after(() => {
    pool.close();
    server.close();
  });
  await pool.open();
  assert.equal(ports.size, 450);
});

test('a connection that cannot be had is an error with its kind', async () => {
  const pool = new ConnectionPool({ host: '127.0.0.1', port: 1 }, { size: 3, timeoutMs: 10_000 });
  await assert.rejects(pool.open(), { kind: 'refused' });
});
