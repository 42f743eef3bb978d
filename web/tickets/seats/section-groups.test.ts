import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arenaPlan } from '../../../src/demo/plans/arena.ts';
import { sectionGroups } from './section-groups.ts';

test('the short names of an arena are explained by tier', () => {
  const sections = arenaPlan().sections.map(({ id, name = id }) => ({ id, name }));
  assert.deepEqual(sectionGroups(sections), [
    { from: 'F1', to: 'F6', name: '플로어 Floor' },
    { from: '101', to: '124', name: '1층 Lower' },
    { from: '201', to: '228', name: '2층 Upper' },
  ]);
});

test('a section whose name says no more needs no word', () => {
  assert.deepEqual(sectionGroups([{ id: 'A', name: 'A' }]), []);
  assert.deepEqual(sectionGroups([{ id: 'B', name: 'Balcony' }]), [{ from: 'B', to: 'B', name: 'Balcony' }]);
});
