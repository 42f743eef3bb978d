export type FaultOptions = {
  /** Whether the same call can succeed a little later. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
};

/** A surprise with a stable code that says itself whether a retry can help. */
export class Fault extends Error {
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: string, message: string, options: FaultOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** A bounded queue is full. `retryAfterMs` says when there should be room again. */
export class OverloadedFault extends Fault {
  readonly retryAfterMs: number;

  constructor(message: string, options: { readonly retryAfterMs: number; readonly cause?: unknown }) {
    super('overloaded', message, { ...options, retryable: true });
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** A dependency is not there. */
export class UnavailableFault extends Fault {
  readonly dependency: string;

  constructor(dependency: string, message: string, options: { readonly cause?: unknown } = {}) {
    super('unavailable', message, { ...options, retryable: true });
    this.dependency = dependency;
  }
}

/** Another process answers for what is asked; `retryAfterMs` says when this one may. */
export class ElsewhereFault extends Fault {
  readonly retryAfterMs: number;

  constructor(code: string, message: string, options: { readonly retryAfterMs: number }) {
    super(code, message);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The answer did not come in time. What was asked for may have happened: nobody repeats it unasked. */
export class DeadlineFault extends Fault {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super('deadline_exceeded', message, options);
  }
}

/** Whether repeating what failed with `error` can help. */
export function isRetryable(error: unknown): boolean {
  return error instanceof Fault && error.retryable;
}

/**
 * Whether something that the work needs is away, full, slow or elsewhere, which says nothing of the work itself: it
 * would fail with anything else just as well.
 */
export function isAway(error: unknown): boolean {
  return (
    error instanceof UnavailableFault ||
    error instanceof OverloadedFault ||
    error instanceof ElsewhereFault ||
    error instanceof DeadlineFault
  );
}
