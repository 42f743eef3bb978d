import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEMO_DESTINATIONS, Destinations, SESSION_DESTINATIONS } from './destinations.ts';

const all = new Destinations([...SESSION_DESTINATIONS, ...DEMO_DESTINATIONS]);

describe('the table of destinations', () => {
  it('finds the rule that a name fits', () => {
    assert.equal(all.ruleFor('/topic/demo.a')?.pattern, '/topic/demo.**');
    assert.equal(all.ruleFor('/topic/demo.a/b.c')?.pattern, '/topic/demo.**');
    assert.equal(all.ruleFor('/app/demo.sink')?.pattern, '/app/demo.sink');
  });

  it('has none for what it does not list, or what looks like it', () => {
    const names = [
      '',
      '/',
      '/topic/demo',
      '/topic/demo.',
      '/topic/demox',
      '/queue/other',
      '/user/queue/replies/x',
    ];
    for (const name of [
      ...names,
      '/app/demo.sink ',
      '/app/demoxsink',
      '/topic/demo.\n',
      '/topic/demo.가',
      'x/topic/demo.a',
    ])
      assert.equal(all.ruleFor(name), undefined, JSON.stringify(name));
  });

  it('lets one part of a path stand for a star, and no more', () => {
    const table = new Destinations([
      { pattern: '/topic/performances/*/seats', send: false, subscribe: 'all' },
    ]);
    assert.ok(table.ruleFor('/topic/performances/1-a/seats'));
    assert.equal(table.ruleFor('/topic/performances/1/2/seats'), undefined);
    assert.equal(table.ruleFor('/topic/performances//seats'), undefined);
  });
});
