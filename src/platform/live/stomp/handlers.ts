import type { Principal } from '../../auth/principal.ts';
import { type Frame, StompError } from './frame.ts';

/** What a session may reply to a SEND, to the sender's own queue. */
export type AppContext = {
  readonly frame: Frame;
  readonly principal: Principal;
  /** To `/user/queue/replies` of this session, with the `correlation-id` of the SEND. */
  reply(body: unknown): void;
  /** @throws StompError where the new token is not valid or of another account */
  renew(accessToken: string): Promise<void>;
};

/** What is done with a SEND to a destination below `/app`. @throws StompError */
export type AppHandler = (context: AppContext) => void | Promise<void>;

/** What every session may send to the server itself. */
export const sessionHandlers: readonly (readonly [string, AppHandler])[] = [
  [
    '/app/session',
    async ({ frame, renew, reply }) => {
      await renew(accessTokenOf(frame.body));
      reply({ type: 'session_renewed' });
    },
  ],
];

/** For demonstrations and measurements. */
export const demoHandlers: readonly (readonly [string, AppHandler])[] = [
  ['/app/demo.sink', () => undefined],
  ['/app/demo.echo', ({ frame, reply }) => reply(Buffer.from(frame.body))],
];

function accessTokenOf(body: Buffer): string {
  try {
    const { accessToken } = JSON.parse(body.toString()) as { readonly accessToken?: unknown };
    if (typeof accessToken === 'string') return accessToken;
  } catch {
    // Said below, as of any other body.
  }
  throw new StompError('token_missing', 'The body is not JSON with an accessToken.');
}
