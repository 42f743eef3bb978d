import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock } from '../../kernel/clock.ts';
import { andThen, type MaybePromise, ok, type Result, refuse } from '../../kernel/result.ts';
import type {
  TokenAnswer,
  TokenReader,
  TokenReaderOf,
  TokenSigner,
  VerifiedToken,
} from '../../platform/auth/tokens/token.ts';
import type { AdmittedPass } from '../../platform/operations/operation.ts';
import type { AdmissionAnswer, AdmissionCode, Visitor } from './gate.ts';
import type { Standing } from './model.ts';
import type { Permit, WaitingLine } from './ports.ts';

export type SignedPass = { readonly pass: string; readonly passExpiresAt: number };

export type PassDeskOptions = {
  readonly line: Pick<WaitingLine, 'permit' | 'absence'>;
  readonly signer: TokenSigner;
  readonly readerOf: TokenReaderOf;
  readonly clock: Clock;
  readonly passTtlMs: number;
};

/** Passes remembered for owners who ask again; each is about half a kilobyte. */
const SIGNED_MAX = 50_000;

const GRANTED = ok<true>(true);
const REQUIRED = refuse('pass_required');
const INVALID = refuse('pass_invalid');
const EXPIRED = refuse('pass_expired');
const SPENT = refuse('pass_spent');

/**
 * Hands out passes and looks at them. A pass of the line says {room, number}; one that was given directly says
 * {room, direct: true} and names no entry. The signature proves what it says, the line whether it is still true.
 */
export class PassDesk {
  readonly #options: PassDeskOptions;
  readonly #signed: BoundedMap<string, SignedPass>;
  readonly #read: TokenReader<PassClaim>;

  constructor(options: PassDeskOptions) {
    this.#options = options;
    this.#signed = new BoundedMap({ maxEntries: SIGNED_MAX, clock: options.clock });
    this.#read = options.readerOf('pass', toPassClaim);
  }

  /** The pass of somebody admitted; the same, and at once, as long as its end does not move. */
  sign(who: Visitor, standing: Standing): MaybePromise<SignedPass> {
    const passExpiresAt = standing.passExpiresAt!;
    const known = this.#signed.get(`${who.performanceId} ${standing.number}`);
    return known?.passExpiresAt === passExpiresAt ? known : this.#sign(who, standing.number, passExpiresAt);
  }

  async #sign(who: Visitor, number: number, passExpiresAt: number): Promise<SignedPass> {
    const { clock, signer, passTtlMs } = this.#options;
    const { token } = await signer.sign({
      audience: 'pass',
      subject: who.accountId,
      claims: { room: who.performanceId, number },
      // Not longer than usual even if the line's time is ahead of this machine's.
      ttlMs: Math.max(1, Math.min(passTtlMs, passExpiresAt - clock.now())),
    });
    const signed = { pass: token, passExpiresAt };
    this.#signed.set(`${who.performanceId} ${number}`, signed, passExpiresAt);
    return signed;
  }

  check(pass: string | undefined, who: Visitor): AdmissionAnswer | Promise<AdmissionAnswer> {
    if (pass === undefined) return REQUIRED;
    return andThen(this.#read(pass), (answer) => this.#judge(answer, who));
  }

  /** The pass, once it is found good, without its text. */
  keep(pass: string | undefined, who: Visitor): MaybePromise<Result<AdmittedPass, AdmissionCode>> {
    return andThen(this.check(pass, who), (admitted) => (admitted.ok ? this.#kept(pass!) : admitted));
  }

  checkKept({ issuedAt }: AdmittedPass, who: Visitor): AdmissionAnswer | Promise<AdmissionAnswer> {
    const { line } = this.#options;
    return andThen(line.permit(who), (permit) => {
      if (permit.number > 0) return permit.spentAt >= issuedAt ? SPENT : GRANTED;
      const { performanceId } = who;
      return andThen(line.absence({ performanceId }), () => (permit.spentAt >= issuedAt ? SPENT : GRANTED));
    });
  }

  #kept(pass: string): MaybePromise<Result<AdmittedPass, AdmissionCode>> {
    return andThen(this.#read(pass), (answer) => {
      if (!answer.ok) return INVALID;
      const { number, issuedAt } = answer.value;
      return ok({ number, issuedAt });
    });
  }

  #judge(answer: TokenAnswer<PassClaim>, who: Visitor): AdmissionAnswer | Promise<AdmissionAnswer> {
    if (!answer.ok) return answer.code === 'token_expired' ? EXPIRED : INVALID;
    const claim = answer.value;
    if (claim.accountId !== who.accountId || claim.performanceId !== who.performanceId) return INVALID;
    return andThen(this.#options.line.permit(who), (permit) => this.#decide(claim, permit));
  }

  #decide(claim: PassClaim, permit: Permit): AdmissionAnswer | Promise<AdmissionAnswer> {
    if (permit.number > 0) return decide(claim, permit);
    return andThen(this.#options.line.absence({ performanceId: claim.performanceId }), () =>
      decide(claim, permit),
    );
  }
}

type PassClaim = {
  readonly accountId: string;
  readonly performanceId: string;
  /** Of a place in line; 0 for a pass that was given directly. */
  readonly number: number;
  readonly issuedAt: number;
};

function toPassClaim({ subject, claims, issuedAt }: VerifiedToken): PassClaim | undefined {
  const { room, number, direct } = claims;
  if (typeof room !== 'string') return undefined;
  const base = { accountId: subject, performanceId: room, issuedAt };
  if (direct === true) return { ...base, number: 0 };
  const isPlace = typeof number === 'number' && Number.isSafeInteger(number) && number > 0;
  return isPlace ? { ...base, number } : undefined;
}

function decide(claim: PassClaim, permit: Permit): AdmissionAnswer {
  const isSpent = permit.spentAt >= claim.issuedAt;
  if (claim.number === 0) return isSpent ? SPENT : GRANTED;
  if (permit.number === claim.number) return GRANTED;
  return isSpent ? SPENT : EXPIRED;
}
