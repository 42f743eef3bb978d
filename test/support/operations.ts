import { systemClock } from '../../src/kernel/clock.ts';
import type { ProblemCatalogue } from '../../src/kernel/problems.ts';
import { acceptOperations } from '../../src/platform/http/operations.ts';
import type { HttpServer } from '../../src/platform/http/server.ts';
import { KeyedWrites, type KeyedWritesOptions } from '../../src/platform/idempotency/keyed-writes.ts';
import type { Operation } from '../../src/platform/operations/operation.ts';
import { Operations } from '../../src/platform/operations/operations.ts';

type Accepted = Partial<KeyedWritesOptions> & {
  readonly store: KeyedWritesOptions['store'];
  readonly declared?: readonly Operation[];
  readonly problems?: ProblemCatalogue;
};

/** What the app does for its server: operations, with results under their keys in a store. */
export function acceptTestOperations(
  server: HttpServer,
  { declared = [], problems = {}, ...options }: Accepted,
) {
  const keyed = new KeyedWrites({ clock: systemClock, problems, ...options });
  acceptOperations(server, {
    operations: new Operations(declared, keyed),
    secretKey: 'a secret of the tests, long enough',
  });
}
