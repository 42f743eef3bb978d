import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../kernel/clock.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import { roles } from '../../platform/auth/access.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import { type HttpAccess, principalOf } from '../../platform/http/authentication.ts';
import { sendRefusal } from '../../platform/http/problem.ts';
import type { SalesTerms } from '../catalogue/index.ts';
import { gatePassHash } from './gate-pass.ts';
import type { Gate, GateStore } from './ports.ts';

/** Who stands at a door: anyone who shows the pass of a gate, or an account of the seller or of a manager. */
export type Doorkeeper =
  | { readonly kind: 'gate'; readonly gate: Pick<Gate, 'id' | 'performanceId' | 'name'> }
  | { readonly kind: 'account'; readonly principal: Principal };

/** Its name in the OpenAPI document. */
export const GATE_PASS = 'gatePass';

/** Sellers of their own performances, managers, and in place of a token the pass of a gate. */
export const doorAccess: HttpAccess = {
  ...roles(['seller', 'manager'], 'sellers: their own; in place of a token: a gate pass of the performance'),
  orElse: (request) => request.headers['gate-pass'] !== undefined,
  credential: GATE_PASS,
};

export type GatePassCode = 'gate_pass_invalid' | 'gate_pass_ended';

/** The terms of a performance, for one who keeps a door of it; to others it does not exist. */
export async function findDoor(
  { termsOf }: { readonly termsOf: (performanceId: string) => Promise<SalesTerms | undefined> },
  performanceId: string,
  doorkeeper: Doorkeeper,
): Promise<SalesTerms | undefined> {
  const terms = await termsOf(performanceId);
  return terms && keepsDoorOf(doorkeeper, terms) ? terms : undefined;
}

/** Whether this is one of the doors of a performance. */
export function keepsDoorOf(doorkeeper: Doorkeeper, terms: SalesTerms): boolean {
  if (doorkeeper.kind === 'gate') return doorkeeper.gate.performanceId === terms.performanceId;
  const { roles: held, accountId } = doorkeeper.principal;
  return held.has('manager') || terms.sellerId === accountId;
}

export async function readGatePass(
  { gates, clock }: { readonly gates: Pick<GateStore, 'findByPass'>; readonly clock: Clock },
  header: string | readonly string[] | undefined,
): Promise<Result<Gate, GatePassCode>> {
  const hash = typeof header === 'string' ? gatePassHash(header) : undefined;
  const gate = hash && (await gates.findByPass(hash));
  if (!gate) return refuse('gate_pass_invalid');
  return gate.revokedAt === null && gate.expiresAt > clock.now() ? ok(gate) : refuse('gate_pass_ended');
}

/** The doorkeepers of requests, found out before anything else: also a stored answer is only for them. */
export class Doorkeepers {
  readonly #gates = new WeakMap<FastifyRequest, Gate>();
  readonly #deps: { readonly gates: Pick<GateStore, 'findByPass'>; readonly clock: Clock };

  constructor(deps: { readonly gates: Pick<GateStore, 'findByPass'>; readonly clock: Clock }) {
    this.#deps = deps;
  }

  /** For `preHandler` of routes with `doorAccess`. */
  readonly recognise = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    if (request.principal) return undefined;
    const gate = await readGatePass(this.#deps, request.headers['gate-pass']);
    if (!gate.ok) return sendRefusal(reply, gate);
    this.#gates.set(request, gate.value);
    return undefined;
  };

  /** The gate whose pass was shown in place of a token. */
  gateOf(request: FastifyRequest): Gate | undefined {
    return this.#gates.get(request);
  }

  of(request: FastifyRequest): Doorkeeper {
    const gate = this.gateOf(request);
    return gate ? { kind: 'gate', gate } : { kind: 'account', principal: principalOf(request) };
  }
}
