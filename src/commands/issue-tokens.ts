import type { Clock } from '../kernel/clock.ts';
import { Fault } from '../kernel/faults.ts';
import type { Ids } from '../kernel/ids.ts';
import type { AccountStore, Identity, NewAccount } from '../modules/identity/index.ts';
import type { TokenSigner } from '../platform/auth/tokens/token.ts';

export type IssueTokensDeps = {
  readonly mode: 'demo' | 'production';
  readonly accounts: Pick<AccountStore, 'create'>;
  readonly sessions: Pick<Identity['sessions'], 'issueLoadToken'>;
  readonly signer: TokenSigner;
  readonly performanceExists: (id: string) => Promise<boolean>;
  /** Lets people join a line, in this order; there where a line is asked for. */
  readonly join?: (performanceId: string, accountIds: readonly string[]) => Promise<void>;
  readonly clock: Clock;
  readonly ids: Ids;
};

export type IssueTokensOptions = {
  readonly count: number;
  /** With a pass for this performance, which lets in without a place in line. */
  readonly passesFor?: string;
  /** They stand in line for a performance, spread evenly over so many; of the others there is nothing but the place. */
  readonly line?: { readonly performanceId: string; readonly length: number };
};

/** Takes one line; false: nobody reads any more. */
export type WriteLines = (text: string) => Promise<boolean>;

/** People made in one transaction, signed for together, and held in memory, twice. */
const CHUNK = 1_000;
/** As long as the access tokens for load scripts. */
const PASS_TTL_MS = 4 * 3_600_000;

/**
 * Makes `count` people for load scripts and writes one JSON line for each: `{accountId, accessToken, pass?}`.
 * They have no password. The next ones are saved while the tokens of the last are signed: about 4,000 a
 * second with passes on two cores, twice that without.
 *
 * @throws Fault `demo_only` in production mode, `performance_not_found`
 * @returns how many were written
 */
export async function issueTokens(
  deps: IssueTokensDeps,
  options: IssueTokensOptions,
  write: WriteLines,
): Promise<number> {
  await checkPossible(deps, options);
  let written = 0;
  let saving = saveChunk(deps, options.count);
  for (;;) {
    const people = await saving;
    if (people.length === 0) return written;
    const first = written;
    written += people.length;
    saving = saveChunk(deps, options.count - written);
    // Should the signing fail, this failure is reported and that of the saving dropped.
    saving.catch(() => undefined);
    await joinLine(deps, options, { people, first });
    const lines = await Promise.all(people.map((person) => lineFor(deps, options, person)));
    if (!(await write(lines.join('')))) {
      await saving;
      return written;
    }
  }
}

async function checkPossible(deps: IssueTokensDeps, { passesFor, line }: IssueTokensOptions): Promise<void> {
  if (deps.mode !== 'demo') {
    throw new Fault(
      'demo_only',
      'tokens: makes accounts that anyone can use, so it runs with MODE=demo only.',
    );
  }
  for (const id of [passesFor, line?.performanceId]) {
    if (id === undefined || (await deps.performanceExists(id))) continue;
    throw new Fault(
      'performance_not_found',
      `tokens: there is no performance ${id}; GET /v1/concerts lists them.`,
    );
  }
}

/** Lets the next ones join, each with those who come between this one and the one after. */
async function joinLine(
  deps: IssueTokensDeps,
  { line, count }: IssueTokensOptions,
  { people, first }: { readonly people: readonly NewAccount[]; readonly first: number },
): Promise<void> {
  if (!line || !deps.join) return;
  const placeOf = (no: number) => Math.floor((no * line.length) / count);
  const ids = people.flatMap(({ id }, index) => {
    const between = placeOf(first + index + 1) - placeOf(first + index) - 1;
    return [id, ...Array.from({ length: between }, () => deps.ids.next())];
  });
  await deps.join(line.performanceId, ids);
}

async function saveChunk(deps: IssueTokensDeps, left: number): Promise<readonly NewAccount[]> {
  const createdAt = deps.clock.now();
  const people = Array.from({ length: Math.min(CHUNK, left) }, (): NewAccount => {
    const id = deps.ids.next();
    return { id, email: `${id}@load.example`, name: `Load ${id.slice(-6)}`, roles: ['member'], createdAt };
  });
  if (people.length > 0) await deps.accounts.create(people);
  return people;
}

async function lineFor(
  deps: IssueTokensDeps,
  options: IssueTokensOptions,
  person: NewAccount,
): Promise<string> {
  const [{ accessToken }, pass] = await Promise.all([
    deps.sessions.issueLoadToken(person),
    options.passesFor === undefined ? undefined : signPass(deps, person.id, options.passesFor),
  ]);
  const line = { accountId: person.id, accessToken, ...(pass === undefined ? {} : { pass }) };
  return `${JSON.stringify(line)}\n`;
}

/** A pass that was not earned in the line; the room knows it by `direct`. */
async function signPass(deps: IssueTokensDeps, accountId: string, performanceId: string): Promise<string> {
  const { token } = await deps.signer.sign({
    audience: 'pass',
    subject: accountId,
    claims: { room: performanceId, direct: true },
    ttlMs: PASS_TTL_MS,
  });
  return token;
}
