import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type ChannelModel, connect } from 'amqplib';
import { createHoldDecider } from '../../src/adapters/postgres/reservations/seat-holds.ts';
import {
  createMessageSeatHolds,
  type MessageSeatHoldsOptions,
} from '../../src/adapters/rabbitmq/seat-holds-message.ts';
import { UnavailableFault } from '../../src/kernel/faults.ts';
import { seatHoldsContract } from '../contracts/seat-holds.contract.ts';
import { CutWire } from '../support/cut-wire.ts';
import { ReservationTestApp, type SeatHoldsFactory, wonBy } from '../support/reservations/test-app.ts';
import { useServices } from '../support/services.ts';
import { until } from '../support/until.ts';

const TIMEOUT_MS = 60_000;
const name = `firstcome.holds-test-${randomUUID()}`;
const service = useServices('rabbitmq');
const url = () => service('rabbitmq').env['AMQP_URL']!;

const createWith =
  (change: Partial<MessageSeatHoldsOptions> = {}): SeatHoldsFactory =>
  (options) =>
    createMessageSeatHolds({
      ...options,
      rabbitmq: { urls: [url()], name },
      decide: createHoldDecider(options.database, options.clock),
      onError: () => undefined,
      ...change,
    });

after(async () => {
  const model: ChannelModel = await connect(url());
  await (await model.createChannel()).deleteQueue(name);
  await model.close();
});

seatHoldsContract('message', createWith());

describe('holds by messages', { timeout: TIMEOUT_MS }, () => {
  let testApp: ReservationTestApp;
  before(async () => {
    testApp = await ReservationTestApp.open();
  });
  after(() => testApp.close());

  test('are refused while RabbitMQ is away, at once, and made again when it is back', async (t) => {
    const wire = await CutWire.open(Number(new URL(url()).port));
    t.after(() => wire.cut());
    const near = new URL(url());
    near.port = String(wire.port);
    const holds = testApp.openHolds(createWith({ rabbitmq: { urls: [near.href], name } }));
    wonBy(await holds.hold(testApp.request([1])));
    await holds.ping!();
    await wire.cut();
    await until(async () =>
      holds.ping!().then(
        () => false,
        () => true,
      ),
    );
    await assert.rejects(holds.hold(testApp.request([2])), (error) => {
      assert.ok(error instanceof UnavailableFault);
      assert.equal(error.dependency, 'rabbitmq');
      return true;
    });
    await wire.mend();
    await until(async () =>
      holds.ping!().then(
        () => true,
        () => false,
      ),
    );
    wonBy(await holds.hold(testApp.request([2])));
    assert.deepEqual(await testApp.breaches(), []);
  });

  test('that one process committed before it died are found by the next, and made once', async () => {
    const request = testApp.request([7]);
    const committed = Promise.withResolvers<void>();
    const dying = await CutWire.open(Number(new URL(url()).port));
    const near = new URL(url());
    near.port = String(dying.port);
    const decide = createHoldDecider(testApp.database, testApp.clock);
    const first = testApp.openHolds(
      createWith({
        rabbitmq: { urls: [near.href], name },
        async decide(asked, isRepeated) {
          const outcome = await decide(asked, isRepeated);
          await dying.cut();
          committed.resolve();
          return outcome;
        },
      }),
    );
    // The only process, so that it takes the message of its own request.
    const answer = first.hold(request).catch((error: unknown) => error);
    await committed.promise;
    assert.ok((await answer) instanceof UnavailableFault);
    const seen: boolean[] = [];
    const next = testApp.openHolds(
      createWith({
        async decide(asked, isRepeated) {
          const outcome = await decide(asked, isRepeated);
          if (asked.reservationId === request.reservationId) seen.push(isRepeated && outcome.ok);
          return outcome;
        },
      }),
    );
    next.start!();
    await until(() => Promise.resolve(seen.length > 0));
    assert.deepEqual(seen, [true]);
    assert.deepEqual(await testApp.eventTypes(request.reservationId), ['reservation.created']);
    assert.deepEqual(await testApp.breaches(), []);
  });
});
