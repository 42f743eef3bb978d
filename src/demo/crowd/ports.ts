export type CrowdAnswer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/**
 * Port: one request to this very instance, over a socket as anybody's. `request` is such as `GET /v1/concerts`.
 * Rejects without an answer.
 */
export type Send = (
  request: string,
  more: {
    readonly token: string;
    readonly body?: object;
    readonly pass?: string | undefined;
    readonly signal: AbortSignal;
  },
) => Promise<CrowdAnswer>;

/** Port: somebody without a password, and an access token of theirs. */
export type MakePeople = (count: number) => Promise<readonly { readonly token: string }[]>;
