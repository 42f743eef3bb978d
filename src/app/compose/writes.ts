import { createIdempotencyCleanup } from '../../adapters/postgres/idempotency/idempotency-cleanup.ts';
import { createIdempotencyStore } from '../../adapters/postgres/idempotency/idempotency-store.ts';
import type { Lifecycle } from '../../kernel/lifecycle.ts';
import type { ProblemCatalogue } from '../../kernel/problems.ts';
import { KeyedWrites } from '../../platform/idempotency/keyed-writes.ts';
import type { Operation } from '../../platform/operations/operation.ts';
import { Operations } from '../../platform/operations/operations.ts';
import type { Foundation } from '../foundation.ts';

/** All writes of a process, and where the results of those with an Idempotency-Key are kept. */
export function composeWrites(
  base: Foundation,
  declared: readonly Operation[],
  problems: ProblemCatalogue,
): { readonly operations: Operations; readonly lifecycle: Lifecycle } {
  const keyed = new KeyedWrites({
    clock: base.clock,
    observe: base.measureBatch,
    store: createIdempotencyStore(base.sales),
    problems,
  });
  return {
    operations: new Operations(declared, keyed),
    lifecycle: createIdempotencyCleanup(base.database, {
      ...base,
      onError: base.complain('idempotency cleanup'),
    }),
  };
}
