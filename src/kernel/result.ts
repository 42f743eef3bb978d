/** An expected refusal: a value, not an exception. `code` is stable and names a problem of a catalogue. */
export type Refusal<C extends string = string> = {
  readonly ok: false;
  readonly code: C;
  /** What is particular to this case, for the person who reads it. */
  readonly detail?: string;
  /** Members that a program may read, such as the seats that were taken. */
  readonly extra?: Readonly<Record<string, unknown>>;
};

export type Ok<T> = { readonly ok: true; readonly value: T };

export type Result<T, C extends string = string> = Ok<T> | Refusal<C>;

/** What answers at once where it can. */
export type MaybePromise<T> = T | Promise<T>;

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

export function refuse<const C extends string>(
  code: C,
  detail?: string,
  extra?: Readonly<Record<string, unknown>>,
): Refusal<C> {
  return {
    ok: false,
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(extra === undefined ? {} : { extra }),
  };
}
