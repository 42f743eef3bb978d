import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StreamedEvent } from './event-reader.ts';
import { PlaceWatcher } from './place-watch.ts';
import { SeatReference, SeatViewer } from './seat-watch.ts';

function eventOf(data: object): StreamedEvent {
  const text = `id: x\nevent: x\ndata: ${JSON.stringify(data)}\n\n`;
  return { head: text, bytes: text.length, text };
}

const delta = (from: number, version: number, held: readonly number[]) =>
  eventOf({ from, version, free: [], held, sold: [] });

describe('who looks at a seat map', () => {
  function watch() {
    const reference = new SeatReference({ version: 5, state: '0000' });
    const viewer = new SeatViewer(reference);
    const changes = [delta(5, 7, [1]), delta(7, 9, [2, 1])];
    for (const [no, change] of changes.entries()) reference.take(change, `e.${no + 1}`, 'delta');
    return { reference, viewer, changes };
  }

  test('has the map of the server when all changes came', () => {
    const { reference } = watch();
    assert.equal(reference.compare({ version: 9, state: '0111' }), undefined);
    assert.match(reference.compare({ version: 9, state: '0110' }) ?? '', /not that of the server/);
    assert.match(reference.compare({ version: 11, state: '0111' }) ?? '', /the map is at 11/);
    assert.equal(reference.changeOf(3), 1);
  });

  test('notices a gap, and that it was told to start again', () => {
    const gap = new SeatReference({ version: 5, state: '0' });
    gap.take(delta(6, 7, [0]), 'e.1', 'delta');
    assert.match(gap.compare({ version: 7, state: '1' }) ?? '', /a gap from 5 to 6/);
    const again = new SeatReference({ version: 5, state: '0' });
    again.take(eventOf({ version: 9 }), 'e.1', 'snapshot');
    assert.match(again.compare({ version: 5, state: '0' }) ?? '', /told snapshot/);
  });

  test('is to be told the same changes in the same order, each once', () => {
    const { viewer, changes } = watch();
    viewer.take(changes[0]!, 'e.1', 'delta', 100);
    assert.match(viewer.check() ?? '', /change 1 is 2/);
    viewer.take(changes[1]!, 'e.2', 'delta', 130);
    assert.equal(viewer.check(), undefined);
    assert.equal(viewer.timeOf(1), 130);
    viewer.take(changes[1]!, 'e.2', 'delta', 140);
    assert.match(viewer.check() ?? '', /3 changes of 2/);
  });

  test('is not content with another text under the same version', () => {
    const { viewer, changes } = watch();
    viewer.take({ ...changes[0]!, bytes: 3 }, 'e.1', 'delta', 100);
    viewer.take(changes[1]!, 'e.2', 'delta', 100);
    assert.match(viewer.check() ?? '', /change 0/);
  });
});

describe('who stands in a line', () => {
  const position = (ahead: number) => eventOf({ number: 10, status: 'waiting', ahead });
  const PASS_EXPIRES = '2030-01-01T00:00:00.000Z';
  const admitted = eventOf({ number: 10, status: 'admitted', ahead: 0, passExpiresAt: PASS_EXPIRES });

  test('knows the place that follows from those admitted', () => {
    const watcher = new PlaceWatcher();
    assert.equal(watcher.check(0), 'it was told nothing');
    watcher.take(position(9), 'position', 0);
    assert.equal(watcher.check(0), undefined);
    assert.match(watcher.check(4) ?? '', /told 9 ahead, and has 5/);
    watcher.take(position(5), 'position', 0);
    assert.equal(watcher.check(4), undefined);
  });

  test('is told of its admission once', () => {
    const watcher = new PlaceWatcher();
    watcher.take(position(9), 'position', 0);
    assert.match(watcher.check(10) ?? '', /was admitted and not told/);
    watcher.take(admitted, 'admitted', 77);
    assert.equal(watcher.check(10), undefined);
    assert.deepEqual(watcher.admission, { toldAtMs: 77, passExpiresAtMs: Date.parse(PASS_EXPIRES) });
    watcher.take(position(1), 'position', 0);
    assert.match(watcher.check(10) ?? '', /ahead became|admitted, and then/);
  });

  test('never moves back', () => {
    const watcher = new PlaceWatcher();
    watcher.take(position(3), 'position', 0);
    watcher.take(position(4), 'position', 0);
    assert.match(watcher.check(5) ?? '', /3 ahead became 4/);
  });
});
