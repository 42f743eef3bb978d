import { ok, type Result, refuse } from '../../kernel/result.ts';
import { roles } from '../../platform/auth/access.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import type { IdempotencyRef } from '../../platform/idempotency/ports.ts';
import { accountOf, defineOperation, type Operation } from '../../platform/operations/operation.ts';
import { type AtDoor, type CheckInDeps, type LetIn, letIn, type Scan } from './check-ins.ts';
import { doorAccess, findDoor } from './doorkeepers.ts';
import { type GatePasses, gatePassHash } from './gate-pass.ts';
import type { Gate, GateStore } from './ports.ts';
import { checkInView, type GateViewDeps, ownGateView, scanView } from './views.ts';

export type TicketOperationsDeps = CheckInDeps & {
  readonly gates: GateStore;
  readonly gatePasses: GatePasses;
};

type CheckInInput = Omit<AtDoor, 'trace'> & { readonly scan: Omit<Scan, 'id'> & { readonly id?: string } };
type SettleInput = Omit<AtDoor, 'trace'> & { readonly scans: readonly Scan[] };
type GateInput = { readonly performanceId: string; readonly name: string };
type ById = { readonly id: string };

export type TicketOperations = ReturnType<typeof ticketOperations>;

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
      kind: 'checkIn',
      access: doorAccess,
      idempotent: true,
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
      async run({ input, key, trace }: Operation<CheckInInput>): Promise<Result<LetIn>> {
        const { scan, ...door } = input;
        const { id = deps.ids.next(), code } = scan;
        const [result] = await letIn(deps, { ...door, trace }, [{ id, code, key }]);
        return result ?? refuse('ticket_not_found');
      },
      present: checkInView,
    }),
    settleScans: defineOperation({
      kind: 'settleScans',
      access: doorAccess,
      idempotent: true,
      problems: ['performance_not_found', 'gate_pass_invalid', 'gate_pass_ended'],
      async run({ input, trace }: Operation<SettleInput>) {
        const { scans, ...door } = input;
        const results = await letIn(deps, { ...door, trace }, scans);
        return ok(results.map((result, index) => ({ id: scans[index]!.id, result })));
      },
      // Each scan has an id of its own, under which a repetition changes nothing.
      savesResult: () => false,
      present: (settled) => ({ items: settled.map(({ id, result }) => scanView(id, result)) }),
    }),
    undoCheckIn: defineOperation({
      kind: 'undoCheckIn',
      access: roles(['manager']),
      idempotent: true,
      problems: ['check_in_not_found'],
      async run(operation: Operation<ById>) {
        const { input, trace } = operation;
        const by = accountOf(operation).accountId;
        const now = deps.clock.now();
        const isKnown = await deps.checkIns.undo({ id: input.id, by, now, trace });
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
      kind: 'addGate',
      access: ofSeller,
      idempotent: true,
      problems: ['performance_not_found', 'gate_limit_reached'],
      run: (operation: Operation<GateInput>) => addGate(deps, accountOf(operation), operation),
      present: (gate: Gate) => ownGateView(deps satisfies GateViewDeps, gate),
    }),
    revokeGate: defineOperation({
      kind: 'revokeGate',
      access: ofSeller,
      idempotent: true,
      problems: ['gate_not_found'],
      async run(operation: Operation<ById>) {
        const gate = await deps.gates.find(operation.input.id);
        const isOwn = gate && (await isOwnDoor(deps, gate.performanceId, accountOf(operation)));
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
  principal: Principal,
  { input, key: ref }: { readonly input: GateInput; readonly key: IdempotencyRef | undefined },
): Promise<Result<Gate, 'performance_not_found' | 'gate_limit_reached'>> {
  const { gates, gatePasses, clock, ids } = deps;
  const { performanceId, name } = input;
  if (!(await isOwnDoor(deps, performanceId, principal))) return refuse('performance_not_found');
  const createdAt = clock.now();
  const expiresAt = createdAt + PASS_TTL_MS;
  const gate: Gate = { id: ids.next(), performanceId, name, createdAt, expiresAt, revokedAt: null };
  const passHash = gatePassHash(gatePasses.of(gate.id));
  if (!passHash) throw new Error('a gate pass of ours cannot be read');
  const isCreated = await gates.create(
    { ...gate, passHash, createdBy: principal.accountId },
    GATES_MAX,
    ref && { ref, known: gate },
  );
  return isCreated ? ok(gate) : refuse('gate_limit_reached', undefined, { limit: GATES_MAX });
}

/** Whether this account may open doors of the performance. */
export async function isOwnDoor(
  deps: Pick<TicketOperationsDeps, 'termsOf'>,
  performanceId: string,
  principal: Principal,
): Promise<boolean> {
  return (await findDoor(deps, performanceId, { kind: 'account', principal })) !== undefined;
}
