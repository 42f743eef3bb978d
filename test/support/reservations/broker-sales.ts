import assert from 'node:assert/strict';
import { services } from '../services.ts';
import { until } from '../until.ts';
import { Shop } from './shop.ts';

/** Sells over a broker that goes and comes again: what follows events waits for it, and sales do not. */
export async function assertSalesOver(
  broker: 'kafka' | 'rabbitmq',
  environment: Readonly<Record<string, string>>,
  directory: string,
): Promise<void> {
  const shop = await Shop.open(environment);
  const ready = async () => (await shop.testApp.call(undefined, 'GET /health/ready')).body;
  const consumer = async (name: string): Promise<{ readonly lag: number } | undefined> => {
    const { body } = await shop.testApp.call(shop.testApp.manager, 'GET /v1/events/consumers');
    return body['items'].find((one: { readonly name: string }) => one.name.startsWith(name));
  };
  try {
    const performanceId = await shop.performance();
    const buyer = await shop.buyer();
    const bought = await shop.bought(buyer, performanceId, [2, 3]);
    await shop.untilMapShows(performanceId, '022');
    await until(
      async () => (await consumer('ranking'))?.lag === 0 && (await consumer(`${broker}-relay.`))?.lag === 0,
    );
    assert.equal((await ready())['checks'][broker], 'ok');

    await services(['stop', broker], directory);
    await shop.bought(buyer, performanceId, [1]);
    await until(async () => (await ready())['checks'][broker] === 'failed');
    assert.equal((await ready())['status'], 'ready');

    await services(['start', broker], directory);
    await shop.untilMapShows(performanceId, '222');
    await shop.cancel(buyer, bought);
    await shop.untilMapShows(performanceId, '2');
    await until(async () => (await ready())['checks'][broker] === 'ok');
  } finally {
    await shop.close();
  }
}
