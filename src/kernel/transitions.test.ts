import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { defineTransitions } from './transitions.ts';

const reservation = defineTransitions({
  initial: 'held',
  final: ['cancelled', 'expired'],
  edges: {
    held: { pay: 'confirmed', cancel: 'cancelled', lapse: 'expired' },
    confirmed: { cancel: 'cancelled' },
  },
});

describe('a transition table', () => {
  it('tells where an event leads, and that others are not allowed', () => {
    assert.equal(reservation.next('held', 'pay'), 'confirmed');
    assert.equal(reservation.next('confirmed', 'cancel'), 'cancelled');
    assert.equal(reservation.next('confirmed', 'pay'), undefined);
    assert.equal(reservation.next('expired', 'pay'), undefined);
    assert.ok(reservation.can('held', 'lapse'));
    assert.ok(!reservation.can('confirmed', 'lapse'));
    assert.deepEqual(reservation.eventsFrom('held'), ['pay', 'cancel', 'lapse']);
    assert.deepEqual(reservation.eventsFrom('expired'), []);
  });

  it('knows its states and events, also those that stand only at the end of an edge', () => {
    assert.equal(reservation.initial, 'held');
    assert.deepEqual(reservation.states.toSorted(), ['cancelled', 'confirmed', 'expired', 'held']);
    assert.deepEqual(reservation.events.toSorted(), ['cancel', 'lapse', 'pay']);
    assert.deepEqual(
      reservation.states.filter((state) => reservation.isFinal(state)),
      ['cancelled', 'expired'],
    );
  });

  it('does not take names that every object has for states or events', () => {
    const anything = reservation as { next(state: string, event: string): string | undefined };
    assert.equal(anything.next('held', 'constructor'), undefined);
    assert.equal(anything.next('constructor', 'name'), undefined);
    assert.equal(anything.next('held', '__proto__'), undefined);
  });

  it('names states that cannot be reached', () => {
    const table = { initial: 'a', final: ['b'], edges: { a: { go: 'b' }, lost: { go: 'b' } } };
    assert.throws(() => defineTransitions(table), /no way leads from a to lost/);
    assert.throws(() => defineTransitions({ ...table, edges: {}, final: ['b'] }), /no way leads from a to b/);
  });

  it('names states that never end', () => {
    const edges = { a: { go: 'b', spin: 'c' }, c: { back: 'd' }, d: { on: 'c' } };
    assert.throws(() => defineTransitions({ initial: 'a', final: ['b'], edges }), /final state from c, d/);
    assert.throws(() => defineTransitions({ initial: 'a', final: [], edges: {} }), /final state from a/);
  });

  it('accepts a table exactly if a walk along the edges meets every state and can always end', () => {
    const state = fc.constantFrom('s0', 's1', 's2', 's3', 's4');
    const edges = fc.dictionary(state, fc.dictionary(fc.constantFrom('e0', 'e1', 'e2'), state));
    fc.assert(
      fc.property(edges, fc.uniqueArray(state, { maxLength: 2 }), (table, final) => {
        // Warshall's closure, as an independent way to the same answer.
        const targets = Object.values(table).flatMap((byEvent) => Object.values(byEvent));
        const states = [...new Set(['s0', ...Object.keys(table), ...targets, ...final])];
        const reaches = new Set(states.map((s) => `${s}>${s}`));
        for (const [from, byEvent] of Object.entries(table)) {
          for (const to of Object.values(byEvent)) reaches.add(`${from}>${to}`);
        }
        for (const via of states)
          for (const from of states)
            for (const to of states)
              if (reaches.has(`${from}>${via}`) && reaches.has(`${via}>${to}`)) reaches.add(`${from}>${to}`);
        const sound = states.every(
          (s) => reaches.has(`s0>${s}`) && final.some((end) => reaches.has(`${s}>${end}`)),
        );
        const define = (): unknown => defineTransitions({ initial: 's0', final, edges: table });
        if (sound) assert.doesNotThrow(define);
        else assert.throws(define, /no way leads/);
      }),
      { numRuns: 500 },
    );
  });
});
