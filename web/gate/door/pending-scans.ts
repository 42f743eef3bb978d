import { keptInBrowser } from '../../shared/state/kept.ts';

/** Somebody who was let in without network, still to be told to the server. */
export type PendingScan = { readonly id: string; readonly code: string; readonly at: string };

/** Of one door; each is about 0.3 kB. */
export const PENDING_MAX = 2_000;

type Storage = Pick<typeof keptInBrowser, 'read' | 'write' | 'forget'>;

/** They outlive the page, since a phone may end it at any time, and belong to the door that made them. */
export class PendingScans {
  readonly #key: string;
  readonly #storage: Storage;
  #scans: readonly PendingScan[];

  constructor(owner: string, storage: Storage = keptInBrowser) {
    this.#key = `firstcome.gate.${owner}`;
    this.#storage = storage;
    this.#scans = parse(storage.read(this.#key));
  }

  get all(): readonly PendingScan[] {
    return this.#scans;
  }

  /** @returns false where there is no room for it: then nobody may be let in */
  add(scan: PendingScan): boolean {
    if (this.#scans.length >= PENDING_MAX) return false;
    this.#save([...this.#scans, scan]);
    return true;
  }

  settle(ids: ReadonlySet<string>): void {
    this.#save(this.#scans.filter(({ id }) => !ids.has(id)));
  }

  #save(scans: readonly PendingScan[]): void {
    this.#scans = scans;
    if (scans.length === 0) this.#storage.forget(this.#key);
    else this.#storage.write(this.#key, JSON.stringify(scans));
  }
}

function parse(text: string | null): readonly PendingScan[] {
  if (text === null) return [];
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found.filter(isScan).slice(0, PENDING_MAX) : [];
  } catch {
    return [];
  }
}

function isScan(value: unknown): value is PendingScan {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['id', 'code', 'at'].every((name) => typeof Reflect.get(value, name) === 'string')
  );
}
