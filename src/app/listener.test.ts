import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '../kernel/clock.ts';
import { createIds } from '../kernel/ids.ts';
import { systemRandom } from '../kernel/random.ts';
import { createHttpServer } from '../platform/http/server.ts';
import { createLogger } from '../platform/observability/logger.ts';
import { createListener } from './listener.ts';

test('connections beyond the limit are closed, said in a line, and those within it go on', async () => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'warn', format: 'json', sink: { write: (line) => lines.push(line) } });
  const { server } = await createHttpServer({
    logger,
    ids: createIds(systemClock, systemRandom),
    authenticate: () => ({ ok: false, code: 'token_invalid' }),
    problems: {},
  });
  const place = { host: '127.0.0.1', port: 0 };
  const listener = createListener(server, place, { connectionsMax: 2, logger, clock: systemClock });
  await listener.start();
  const open = () => connect(Number(new URL(listener.address()).port), '127.0.0.1');
  const [first, second] = [open(), open()];
  await Promise.all([once(first, 'connect'), once(second, 'connect')]);
  await Promise.all([open(), open()].map((beyond) => once(beyond.resume(), 'close')));
  first.write('GET /nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  const [answer] = (await once(first, 'data')) as [Buffer];
  assert.match(String(answer), /^HTTP\/1\.1 404/);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /beyond the limit of open files/);
  second.destroy();
  await listener.stop();
});
