import { StompError } from './frame.ts';
import type { AppHandler } from './session.ts';

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
