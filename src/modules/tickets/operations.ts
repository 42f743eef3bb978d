import { type Static, Type } from 'typebox';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import { roles } from '../../platform/auth/access.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import { ById, closed, Id, ifGiven } from '../../platform/http/schemas.ts';
import type { IdempotencyRef } from '../../platform/idempotency/ports.ts';
import { accountOf, defineOperation, type OperationContext } from '../../platform/operations/operation.ts';
import { type CheckInDeps, type LetIn, letIn } from './check-ins.ts';
import { BatchBody, CheckInBody, GateBody } from './door-contract.ts';
import { type Doorkeeper, doorAccess, findDoor } from './doorkeepers.ts';
import { type GatePasses, gatePassHash } from './gate-pass.ts';
import type { Gate, GateStore } from './ports.ts';
import { checkInView, type GateViewDeps, ownGateView, scanView } from './views.ts';

export type TicketOperationsDeps = CheckInDeps & {
  readonly gates: GateStore;
  readonly gatePasses: GatePasses;
};

/** What a gate is made with. */
export type GateMakingDeps = Pick<TicketOperationsDeps, 'gates' | 'gatePasses' | 'clock' | 'ids'>;

/** The gate whose pass was shown in place of a token; the edge has read the pass. */
const GateOfPass = closed({ id: Id, performanceId: Id, name: Type.String() });
type GateOfPass = Static<typeof GateOfPass>;

export type TicketOperations = ReturnType<typeof ticketOperations>;

const NewGate = closed({ performanceId: Id, ...GateBody.properties });

/** Sellers of the performance, and managers. */
export const ofSeller = roles(['seller', 'manager'], 'sellers: their own');
const PASS_TTL_MS = 12 * 3_600_000;
/** Living ones of a performance. */
const GATES_MAX = 50;

/** The writes at doors. */
export function ticketOperations(deps: TicketOperationsDeps) {
  return { ...checkInOperations(deps), ...gateOperations(deps) };
}

function checkInOperations(deps: TicketOperationsDeps) {
  return {
    checkIn: defineOperation({
      operationId: 'checkIn',
      input: closed({ ...CheckInBody.properties, gateOfPass: ifGiven(GateOfPass) }),
      access: doorAccess,
      idempotent: true,
      queueable: false,
      priority: 'high',
      problems: [
        'ticket_code_invalid',
        'ticket_not_found',
        'ticket_other_performance',
        'ticket_void',
        'already_checked_in',
        'scan_id_taken',
        'performance_not_found',
        'gate_pass_invalid',
        'gate_pass_ended',
      ],
      async run(context, { id = deps.ids.next(), code, gateOfPass, ...door }): Promise<Result<LetIn>> {
        const { key, trace } = context;
        const doorkeeper = doorkeeperOf(context, gateOfPass);
        const [result] = await letIn(deps, { ...door, doorkeeper, trace }, [{ id, code, key }]);
        return result ?? refuse('ticket_not_found');
      },
      present: checkInView,
    }),
    settleScans: defineOperation({
      operationId: 'settleScans',
      input: closed({ ...BatchBody.properties, gateOfPass: ifGiven(GateOfPass) }),
      access: doorAccess,
      idempotent: true,
      queueable: false,
      priority: 'high',
      problems: ['performance_not_found', 'gate_pass_invalid', 'gate_pass_ended'],
      async run(context, { scans: sent, gateOfPass, ...door }) {
        const doorkeeper = doorkeeperOf(context, gateOfPass);
        const scans = sent.map(({ id, code, at }) => ({ id, code, letInAt: Date.parse(at) }));
        const results = await letIn(deps, { ...door, doorkeeper, trace: context.trace }, scans);
        return ok(results.map((result, index) => ({ id: scans[index]!.id, result })));
      },
      // Each scan has an id of its own, under which a repetition changes nothing.
      savesResult: () => false,
      present: (settled) => ({ items: settled.map(({ id, result }) => scanView(id, result)) }),
    }),
    undoCheckIn: defineOperation({
      operationId: 'undoCheckIn',
      input: ById,
      access: roles(['manager']),
      idempotent: true,
      queueable: false,
      priority: 'high',
      problems: ['check_in_not_found'],
      async run(context, { id }) {
        const by = accountOf(context).accountId;
        const now = deps.clock.now();
        const isKnown = await deps.checkIns.undo({ id, by, now, trace: context.trace });
        return isKnown ? ok(undefined) : refuse('check_in_not_found');
      },
      // Undoing again changes nothing.
      savesResult: () => false,
      present: () => null,
    }),
  };
}

function gateOperations(deps: TicketOperationsDeps) {
  return {
    addGate: defineOperation({
      operationId: 'addGate',
      input: NewGate,
      access: ofSeller,
      idempotent: true,
      queueable: false,
      priority: 'normal',
      problems: ['performance_not_found', 'gate_limit_reached'],
      run: (context, input) => addGate(deps, context, input),
      present: (gate: Gate) => ownGateView(deps satisfies GateViewDeps, gate),
    }),
    revokeGate: defineOperation({
      operationId: 'revokeGate',
      input: ById,
      access: ofSeller,
      idempotent: true,
      queueable: false,
      priority: 'normal',
      problems: ['gate_not_found'],
      async run(context, { id }) {
        const gate = await deps.gates.find(id);
        const isOwn = gate && (await isOwnDoor(deps, gate.performanceId, accountOf(context)));
        if (!gate || !isOwn) return refuse('gate_not_found');
        await deps.gates.revoke(gate.id, deps.clock.now());
        return ok(undefined);
      },
      // Revoking again changes nothing.
      savesResult: () => false,
      present: () => null,
    }),
  };
}

async function addGate(
  deps: TicketOperationsDeps,
  context: OperationContext,
  { performanceId, name }: Static<typeof NewGate>,
): Promise<Result<Gate, 'performance_not_found' | 'gate_limit_reached'>> {
  const principal = accountOf(context);
  if (!(await isOwnDoor(deps, performanceId, principal))) return refuse('performance_not_found');
  return createGate(deps, { performanceId, name, createdBy: principal.accountId, ref: context.key });
}

type GateOrder = Pick<Gate, 'performanceId' | 'name'> & {
  readonly createdBy: string;
  readonly ref?: IdempotencyRef | undefined;
};

/** A gate whose pass is good for a night. */
export async function createGate(
  { gates, gatePasses, clock, ids }: GateMakingDeps,
  { performanceId, name, createdBy, ref }: GateOrder,
): Promise<Result<Gate, 'gate_limit_reached'>> {
  const createdAt = clock.now();
  const expiresAt = createdAt + PASS_TTL_MS;
  const gate: Gate = { id: ids.next(), performanceId, name, createdAt, expiresAt, revokedAt: null };
  const passHash = gatePassHash(gatePasses.of(gate.id));
  if (!passHash) throw new Error('a gate pass of ours cannot be read');
  const saveTo = ref && { ref, known: gate };
  const isCreated = await gates.create({ ...gate, passHash, createdBy }, GATES_MAX, saveTo);
  return isCreated ? ok(gate) : refuse('gate_limit_reached', undefined, { limit: GATES_MAX });
}

/** Who stands at the door: of a gate, or an account. */
function doorkeeperOf(context: OperationContext, gate: GateOfPass | undefined): Doorkeeper {
  return gate ? { kind: 'gate', gate } : { kind: 'account', principal: accountOf(context) };
}

/** Whether this account may open doors of the performance. */
export async function isOwnDoor(
  deps: Pick<TicketOperationsDeps, 'termsOf'>,
  performanceId: string,
  principal: Principal,
): Promise<boolean> {
  return (await findDoor(deps, performanceId, { kind: 'account', principal })) !== undefined;
}
