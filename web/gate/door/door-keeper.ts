import { type Answer, call } from '../../shared/api/call.ts';
import { newIdempotencyKey } from '../../shared/api/idempotency-key.ts';
import { ApiProblem, mayPass } from '../../shared/api/problem.ts';
import { createStore } from '../../shared/state/store.ts';
import { serverClock } from '../../shared/time/server-clock.ts';
import { type Door, headersOf, type Seat, type Verdict } from './door.ts';
import { OfflineList } from './offline-list.ts';
import { PendingScans } from './pending-scans.ts';
import { hashOf, importKeys, type PublicKey, type ReadCode, readCode } from './signed-code.ts';

export type DoorStanding = {
  readonly counts: Answer<'getDoor'> | undefined;
  /** Undefined until the list was fetched for the first time. */
  readonly list: { readonly takenAt: string; readonly size: number } | undefined;
  /** Whether the last question to the server was answered. */
  readonly isOnline: boolean;
  /** Let in without network, and not yet told to the server. */
  readonly pending: number;
  /** Of those that were settled here, no matter who should not have been let in. */
  readonly conflicts: number;
  /** Why the door does not open any more, such as a pass that has ended. */
  readonly problem: unknown;
};

/** A hall without network: the door asks no longer than that. */
const ANSWER_MS = 4_000;
const BATCH = 100;

/** The key set has a media type of its own, which the client of the pages hands on as it came. */
async function readKeys(common: Common): Promise<readonly PublicKey[]> {
  const response = await call('readKeySet', common);
  // The schema of the API says what a key set is.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (response as unknown as { readonly keys: readonly PublicKey[] }).keys;
}

type Common = { readonly headers?: Record<string, string>; readonly signal: AbortSignal };

/** What a door knows and does: asks the server while there is one, goes by the list where there is none. */
export class DoorKeeper {
  readonly standing = createStore<DoorStanding>({
    counts: undefined,
    list: undefined,
    isOnline: true,
    pending: 0,
    conflicts: 0,
    problem: undefined,
  });
  readonly #door: Door;
  readonly #pending: PendingScans;
  /** Hashes of the codes of whom this page let in. */
  readonly #letIn = new Set<string>();
  #list: OfflineList | undefined;
  #version = -1;
  #settling: Promise<void> | undefined;

  constructor(door: Door) {
    this.#door = door;
    this.#pending = new PendingScans(door.owner);
    this.#tell({ pending: this.#pending.all.length });
  }

  /** Whether somebody may go in with this code. */
  async present(text: string): Promise<Verdict> {
    const read = readCode(text);
    if (!read) return { kind: 'invalid' };
    const id = newScanId();
    const code = read.signed?.text ?? read.code;
    try {
      const { performanceId } = this.#door;
      const body = { id, code, performanceId };
      const { seat } = await this.#ask((common) => call('checkIn', { body, ...common }));
      if (window.isSecureContext) this.#letIn.add(await hashOf(read.code));
      void this.refresh();
      return { kind: 'in', isOffline: false, seat };
    } catch (error) {
      if (isSilence(error)) return this.#judgeAlone(read, { id, code });
      const verdict = verdictOf(error);
      // Somebody came in elsewhere since the door last looked.
      if (verdict.kind === 'used') void this.refresh();
      return verdict;
    }
  }

  async #judgeAlone(read: ReadCode, scan: { readonly id: string; readonly code: string }): Promise<Verdict> {
    const now = serverClock.now();
    if (!this.#list) return { kind: 'unsure', code: 'unreachable' };
    const verdict = await this.#list.judge(read, this.#letIn, now);
    if (verdict.kind !== 'in') return verdict;
    if (!this.#pending.add({ ...scan, at: new Date(now).toISOString() }))
      return { kind: 'unsure', code: 'scansFull' };
    this.#letIn.add(await hashOf(read.code));
    this.#tell({ pending: this.#pending.all.length });
    return verdict;
  }

  /** Tells the server who was let in without it, reads how the door stands, and the list where it has changed. */
  async refresh(): Promise<void> {
    this.#settling ??= this.#refresh().finally(() => {
      this.#settling = undefined;
    });
    return this.#settling;
  }

  async #refresh(): Promise<void> {
    try {
      await this.#settle();
      const params = { id: this.#door.performanceId };
      const counts = await this.#ask((common) => call('getDoor', { params, ...common }));
      this.#tell({ counts, problem: undefined });
      // Without HTTPS a browser neither hashes nor checks signatures: there the door needs its network.
      if (!window.isSecureContext || (counts.version === this.#version && this.#list)) return;
      const [tickets, keys] = await this.#ask((common) =>
        Promise.all([call('getDoorTickets', { params, ...common }), readKeys(common)]),
      );
      this.#list = new OfflineList(tickets, await importKeys(keys));
      this.#version = tickets.version;
      this.#tell({ list: { takenAt: tickets.takenAt, size: this.#list.size } });
    } catch (error) {
      if (!isSilence(error)) this.#tell({ problem: error });
    }
  }

  async #settle(): Promise<void> {
    while (this.#pending.all.length > 0) {
      const scans = this.#pending.all.slice(0, BATCH);
      const body = { performanceId: this.#door.performanceId, scans: [...scans] };
      const { items } = await this.#ask((common) => call('settleScans', { body, ...common }));
      this.#pending.settle(new Set(scans.map(({ id }) => id)));
      const refused = items.filter(({ status }) => status === 'refused').length;
      const { conflicts } = this.standing.get();
      this.#tell({ pending: this.#pending.all.length, conflicts: conflicts + refused });
    }
  }

  /** Asks the server, for so long as somebody at a door can wait, and notes whether there is one. */
  async #ask<T>(ask: (common: Common) => Promise<T>): Promise<T> {
    try {
      const answer = await ask({ ...headersOf(this.#door), signal: AbortSignal.timeout(ANSWER_MS) });
      this.#tell({ isOnline: true });
      return answer;
    } catch (error) {
      this.#tell({ isOnline: !isSilence(error) });
      throw error;
    }
  }

  #tell(change: Partial<DoorStanding>): void {
    this.standing.set({ ...this.standing.get(), ...change });
  }
}

/** An id in the form of the API's. */
function newScanId(): string {
  return newIdempotencyKey().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Nobody answers, or says that nothing can be decided now: the door goes by its list. */
function isSilence(error: unknown): boolean {
  return mayPass(error) || (error instanceof DOMException && error.name === 'TimeoutError');
}

/** A refusal of the server as the door says it. */
function verdictOf(error: unknown): Verdict {
  if (!(error instanceof ApiProblem)) return { kind: 'unsure', code: 'unexpected' };
  const { code, body } = error;
  // The schema of the API says what these members are.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { seat, gate, checkedInAt, reason } = body as Partial<
    Record<'gate' | 'checkedInAt' | 'reason', string>
  > & {
    readonly seat?: Seat;
  };
  if (code === 'already_checked_in') return { kind: 'used', seat, gate, at: checkedInAt };
  if (code === 'ticket_void') return { kind: 'void', seat, reason: reason ?? 'void' };
  if (code === 'ticket_other_performance') return { kind: 'other' };
  if (code === 'ticket_not_found') return { kind: 'unknown' };
  if (code === 'ticket_code_invalid') return { kind: 'invalid' };
  return { kind: 'unsure', code };
}
