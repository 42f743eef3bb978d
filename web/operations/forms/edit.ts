/** What somebody changes: what was there when they began, what they made of it, and what others did meanwhile. */
export type Edit<T extends object> = {
  readonly version: number;
  readonly base: T;
  readonly draft: T;
  /** Fields that others changed to something else than what the draft says, or said. */
  readonly others: readonly (keyof T & string)[];
};

export function beginEdit<T extends object>(version: number, base: T): Edit<T> {
  return { version, base, draft: base, others: [] };
}

/** The fields of the draft that are not what they were at the beginning. */
export function changedFields<T extends object>({ base, draft }: Edit<T>): Partial<T> {
  const changed = Object.entries(draft).filter(([name, value]) => !isSame(value, base[name as keyof T]));
  return Object.fromEntries(changed) as Partial<T>;
}

/** Goes on from what is there now: it keeps what was changed here, and takes the rest from there. */
export function rebase<T extends object>(edit: Edit<T>, version: number, now: T): Edit<T> {
  const names = Object.keys(now) as (keyof T & string)[];
  const others = names.filter(
    (name) => !isSame(now[name], edit.base[name]) && !isSame(now[name], edit.draft[name]),
  );
  const draft = merged(edit.base, edit.draft, now) as T;
  return { version, base: now, draft, others: [...new Set([...edit.others, ...others])] };
}

/** Records are merged entry by entry, such as prices; anything else is one value. */
function merged(base: unknown, mine: unknown, now: unknown): unknown {
  if (!isRecord(base) || !isRecord(mine) || !isRecord(now)) return isSame(base, mine) ? now : mine;
  return Object.fromEntries(
    Object.keys(now).map((name) => [name, merged(base[name], mine[name], now[name])]),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
