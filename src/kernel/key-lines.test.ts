import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { KeyLines, type KeyPlace } from './key-lines.ts';

type Holder = {
  readonly id: number;
  readonly keys: readonly string[];
  firstPlace: KeyPlace<Holder> | undefined;
  blockedBy: number;
};

const keysArbitrary = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 });

describe('lines of keys', () => {
  it('let exactly those hold their keys before whom nobody stands, and forget empty lines', () => {
    const steps = fc.array(fc.oneof(fc.record({ join: keysArbitrary }), fc.record({ leave: fc.nat() })), {
      maxLength: 60,
      size: 'max',
    });
    fc.assert(
      fc.property(steps, (script) => {
        const lines = new KeyLines<Holder>();
        const present: Holder[] = [];
        const holding = new Set<Holder>();
        const shouldHold = (holder: Holder): boolean =>
          !present
            .slice(0, present.indexOf(holder))
            .some((other) => other.keys.some((key) => holder.keys.includes(key)));
        const check = (): void => {
          assert.deepEqual(
            present.filter((holder) => holding.has(holder)),
            present.filter(shouldHold),
          );
          assert.equal(lines.size, new Set(present.flatMap((holder) => holder.keys)).size);
        };
        for (const [id, step] of script.entries()) {
          if ('join' in step) {
            const holder: Holder = { id, keys: step.join, firstPlace: undefined, blockedBy: 0 };
            present.push(holder);
            if (lines.join(holder, step.join)) holding.add(holder);
          } else if (holding.size > 0) {
            const leaver = [...holding][step.leave % holding.size]!;
            holding.delete(leaver);
            present.splice(present.indexOf(leaver), 1);
            lines.leave(leaver, (freed) => {
              assert.ok(!holding.has(freed), 'freed once');
              holding.add(freed);
            });
          }
          check();
        }
      }),
      { numRuns: 500 },
    );
  });
});
