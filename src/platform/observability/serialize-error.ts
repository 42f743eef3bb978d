export type SerializedError = {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: SerializedError;
};

const CAUSES_MAX = 4;

/** What a log keeps of an error: no other field, since drivers put rows and parameters there. */
export function serializeError(error: unknown, causesLeft = CAUSES_MAX): SerializedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || causesLeft === 0
      ? {}
      : { cause: serializeError(error.cause, causesLeft - 1) }),
  };
}
