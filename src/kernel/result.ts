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

/**
 * Goes on with what is there already in this very call, else when it comes. So what is decided from memory is decided in
 * the order of arrival, and nothing changes between a look and what follows from it.
 */
export function andThen<T, R>(value: MaybePromise<T>, use: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(use) : use(value);
}

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
