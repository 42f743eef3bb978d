import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { createCatalogueReader } from '../../src/adapters/postgres/catalogue/catalogue-reader.ts';
import { addSale, createSalesOn, openCatalogue } from '../support/catalogue.ts';

const { composed } = await openCatalogue();

describe('what is on sale', () => {
  test('made-up ids and plan hashes neither displace nor hold up what is on sale', {
    timeout: 60_000,
  }, async () => {
    const { performanceId } = await addSale(composed.server);
    const reader = createCatalogueReader(composed.database);
    const looks = { performances: 0, plans: 0 };
    const gate = Promise.withResolvers<void>();
    const real = await reader.performance(performanceId);
    const { planHash } = real!.stage;
    const other = createSalesOn(composed.database, composed.log, {
      reader: {
        ...reader,
        // Nothing comes of a guess while the flood lasts.
        async performance(id) {
          if (id !== performanceId) await gate.promise;
          else looks.performances++;
          return reader.performance(id);
        },
        async plan(hash) {
          if (hash === planHash) looks.plans++;
          return reader.plan(hash);
        },
      },
    });
    await other.lifecycle.start();
    const flood = Array.from({ length: 3_000 }, async () => other.terms(randomUUID()));
    const guesses = Promise.allSettled(flood);
    assert.ok(await other.terms(performanceId), 'known from the start, it is loaded beside the guesses');
    for (let guess = 0; guess < 200; guess++) await other.reading.plan(randomBytes(24).toString('base64url'));
    gate.resolve();
    await guesses;
    for (let guess = 0; guess < 50; guess++) await other.terms(randomUUID());
    assert.ok(!(other.terms(performanceId) instanceof Promise));
    assert.equal((await other.reading.plan(planHash)).ok, true);
    assert.deepEqual(looks, { performances: 1, plans: 1 });
    await other.lifecycle.stop();
  });
});
