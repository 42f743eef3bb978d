import { Type } from 'typebox';
import { createGate, type Gate, type GateMakingDeps, type TicketStore } from '../modules/tickets/index.ts';
import { anyone } from '../platform/auth/access.ts';
import { Problem } from '../platform/http/problem.ts';
import { Id } from '../platform/http/schemas.ts';
import type { HttpServer } from '../platform/http/server.ts';
import { demoAccounts } from './accounts.ts';

export type DemoGateDeps = GateMakingDeps & {
  readonly tickets: Pick<TicketStore, 'list'>;
  readonly accountIdOf: (email: string) => Promise<string | undefined>;
};

const NAME = 'Demo';
const TICKETS_MAX = 100;
const CODES_MAX = 3;
/** A pass with less time left is replaced by a new one: somebody has just begun to try it. */
const LEFT_MS_MIN = 3_600_000;

const DemoGate = Type.Object(
  {
    performanceId: Id,
    pass: Type.String({ description: 'A gate pass of the demonstration: it opens this door for anyone.' }),
    codes: Type.Array(Type.String(), {
      description: 'Tickets of the first demo member at this performance.',
    }),
  },
  { title: 'DemoGate' },
);

/** In demo mode only: a door that a newcomer can try, without an account. */
export function demoGateRoute(server: HttpServer, deps: DemoGateDeps): void {
  server.get(
    '/v1/demo/gate',
    {
      config: { access: anyone },
      schema: {
        operationId: 'getDemoGate',
        summary: 'A gate pass and tickets to try the gate page with',
        description:
          'In demo mode only. The pass is made when it is first asked for, and is good for a night; null where there is no demonstration.',
        tags: ['Demo'],
        response: {
          200: Type.Object({ gate: Type.Union([DemoGate, Type.Null()]) }, { title: 'DemoGateAnswer' }),
          default: Problem,
        },
      },
    },
    async () => ({ gate: (await findDemoGate(deps)) ?? null }),
  );
}

async function findDemoGate(deps: DemoGateDeps) {
  const [member, seller] = await Promise.all(
    (['member', 'seller'] as const).map((role) => deps.accountIdOf(emailOf(role))),
  );
  if (member === undefined || seller === undefined) return undefined;
  const all = await deps.tickets.list(member, { limit: TICKETS_MAX });
  const good = all.filter(({ status }) => status !== 'void');
  const performanceId = good.at(-1)?.performanceId;
  if (performanceId === undefined) return undefined;
  const gate = await livingGate(deps, performanceId, seller);
  const codes = good.filter((ticket) => ticket.performanceId === performanceId).map(({ code }) => code);
  return gate && { performanceId, pass: deps.gatePasses.of(gate.id), codes: codes.slice(0, CODES_MAX) };
}

async function livingGate(
  deps: DemoGateDeps,
  performanceId: string,
  createdBy: string,
): Promise<Gate | undefined> {
  const known = await deps.gates.list(performanceId, { limit: TICKETS_MAX });
  const until = deps.clock.now() + LEFT_MS_MIN;
  const isGood = ({ name, expiresAt, revokedAt }: Gate) =>
    name === NAME && revokedAt === null && expiresAt > until;
  const living = known.find(isGood);
  if (living) return living;
  const made = await createGate(deps, { performanceId, name: NAME, createdBy });
  return made.ok ? made.value : undefined;
}

function emailOf(role: (typeof demoAccounts)[number]['role']): string {
  return demoAccounts.find((account) => account.role === role)?.email ?? '';
}
