import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { beginEdit, changedFields, rebase } from './edit.ts';

const terms = { limit: '4', room: true, prices: { R: '100', S: '50' } };

describe('an edit', () => {
  test('says which fields were changed, and no other', () => {
    const edit = { ...beginEdit(1, terms), draft: { ...terms, room: false } };
    assert.deepEqual(changedFields(edit), { room: false });
    assert.deepEqual(changedFields(beginEdit(1, terms)), {});
  });

  test('keeps what was changed here and takes what others changed', () => {
    const edit = { ...beginEdit(1, terms), draft: { ...terms, limit: '2', prices: { R: '110', S: '50' } } };
    const next = rebase(edit, 2, { limit: '4', room: false, prices: { R: '100', S: '60' } });
    assert.deepEqual(next.draft, { limit: '2', room: false, prices: { R: '110', S: '60' } });
    assert.deepEqual(changedFields(next), { limit: '2', prices: { R: '110', S: '60' } });
    assert.deepEqual([next.version, next.others], [2, ['room', 'prices']]);
  });

  test('shows a field that both changed, and keeps the one of here', () => {
    const edit = { ...beginEdit(1, terms), draft: { ...terms, limit: '2' } };
    const next = rebase(edit, 2, { ...terms, limit: '9' });
    assert.deepEqual([next.draft.limit, next.base.limit, next.others], ['2', '9', ['limit']]);
  });

  test('shows nothing where both changed the same, as after a save', () => {
    const edit = { ...beginEdit(1, terms), draft: { ...terms, limit: '2' } };
    const next = rebase(edit, 2, { ...terms, limit: '2' });
    assert.deepEqual([next.others, changedFields(next)], [[], {}]);
  });
});
