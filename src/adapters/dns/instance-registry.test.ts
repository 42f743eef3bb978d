import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { createDnsRegistry } from './instance-registry.ts';

const [A, SRV] = [1, 33];

/** Labels with their lengths before them, and an empty one (RFC 1035, section 3.1). */
const encodeName = (name: string) =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.from(`${String.fromCodePoint(label.length)}${label}`)),
    Buffer.alloc(1),
  ]);

function record(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  // The name of the question, by its place.
  head.writeUInt16BE(0xc0_0c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function srv(port: number, target: string): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(port, 4);
  return record(SRV, Buffer.concat([head, encodeName(target)]));
}

/** A name server that has these records, by name; others do not exist. */
async function startNameServer(zone: Readonly<Record<string, readonly Buffer[]>>) {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    let end = 12;
    const labels: string[] = [];
    while (query[end] !== 0) {
      labels.push(query.subarray(end + 1, end + 1 + query[end]!).toString());
      end += 1 + query[end]!;
    }
    const found = zone[labels.join('.')];
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(found ? 0x81_80 : 0x81_83, 2);
    head.writeUInt16BE(found?.length ?? 0, 6);
    head.writeUInt32BE(0, 8);
    socket.send(
      Buffer.concat([head, query.subarray(12, end + 5), ...(found ?? [])]),
      from.port,
      from.address,
    );
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

test('instances are found by SRV records, with the ports that these name', { timeout: 30_000 }, async (t) => {
  const socket = await startNameServer({
    '_api._tcp.test.internal': [srv(8_081, 'one.test.internal'), srv(8_082, 'two.test.internal')],
    'one.test.internal': [record(A, Buffer.from([10, 0, 0, 1]))],
    'two.test.internal': [record(A, Buffer.from([10, 0, 0, 2])), record(A, Buffer.from([10, 0, 0, 3]))],
  });
  t.after(() => socket.close());
  const servers = [`127.0.0.1:${socket.address().port}`];
  const registry = createDnsRegistry({ name: '_api._tcp.test.internal', servers });
  assert.deepEqual(await registry.list(), [
    'http://10.0.0.1:8081',
    'http://10.0.0.2:8082',
    'http://10.0.0.3:8082',
  ]);
  const unknown = createDnsRegistry({ name: '_api._tcp.nowhere.internal', servers });
  await assert.rejects(unknown.list(), { code: 'ENOTFOUND' });
});

test('instances are found by the addresses of a host', { timeout: 30_000 }, async () => {
  const found = await createDnsRegistry({ name: 'localhost:8081' }).list();
  assert.ok(found.includes('http://127.0.0.1:8081') || found.includes('http://[::1]:8081'), found.join());
  assert.throws(() => createDnsRegistry({ name: 'localhost' }), { code: 'usage' });
});
