import type { Lifecycle } from '../../kernel/lifecycle.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { Operation } from '../../platform/operations/operation.ts';
import { deadLetterRoutes } from './http.ts';
import { deadLetterOperations } from './operations.ts';
import type { DeadLetters } from './ports.ts';
import { createRedriver, type RedriverDeps, type RedriveTarget } from './redriver.ts';

export type DeadLetterDeps = Omit<RedriverDeps, 'targetOf'> & {
  readonly letters: DeadLetters;
  /** What can be redriven in this process. */
  readonly targets: readonly RedriveTarget[];
};

export type DeadLetterModule = {
  readonly operations: readonly Operation[];
  routes(server: HttpServer): void;
  /** Carries redrives out while it runs. */
  readonly lifecycle: Lifecycle;
};

/** What becomes of events that consumers could not take. */
export function createDeadLetterModule(deps: DeadLetterDeps): DeadLetterModule {
  const targets = new Map(deps.targets.map((target) => [target.name, target]));
  const targetOf = (name: string) => targets.get(name);
  const redriver = createRedriver({ ...deps, targetOf });
  const operations = deadLetterOperations({
    ...deps,
    isKnown: (consumer) => targets.has(consumer),
    onRedrive: () => redriver.notify(),
  });
  return {
    operations: Object.values(operations),
    routes: (server) => deadLetterRoutes(server, { ...deps, operations, consumerOf: targetOf }),
    lifecycle: redriver.lifecycle,
  };
}
