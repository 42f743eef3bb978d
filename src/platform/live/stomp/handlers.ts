import { type Static, type TSchema, Type } from 'typebox';
import type { Principal } from '../../auth/principal.ts';
import { createAjv, describeErrors } from '../../operations/validator.ts';
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

/** What is done with a SEND to a destination below `/app`. */
export type AppHandler<S extends TSchema = TSchema> = {
  readonly destination: string;
  /** What its body is, as JSON; where there is none, any bytes will do. */
  readonly body?: S;
  /** @throws StompError */
  run(context: AppContext, body: Static<S>): void | Promise<void>;
};

/** Runs a handler once the body of the frame is what it takes. @throws StompError `message_invalid` */
export type AppWork = (context: AppContext) => void | Promise<void>;

/** Lets the compiler infer the body that a handler gets. */
function handler<S extends TSchema>(of: AppHandler<S>): AppHandler {
  return of;
}

/** What every session may send to the server itself. */
export const SESSION_HANDLERS: readonly AppHandler[] = [
  handler({
    destination: '/app/session',
    body: Type.Object({ accessToken: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
    async run({ renew, reply }, { accessToken }) {
      await renew(accessToken);
      reply({ type: 'session_renewed' });
    },
  }),
];

/** For demonstrations and measurements. */
export const DEMO_HANDLERS: readonly AppHandler[] = [
  { destination: '/app/demo.sink', run: () => undefined },
  { destination: '/app/demo.echo', run: ({ frame, reply }) => reply(Buffer.from(frame.body)) },
];

/** The handlers by their destinations, each behind the check of its body. */
export function withBodiesChecked(handlers: readonly AppHandler[]): ReadonlyMap<string, AppWork> {
  return new Map(handlers.map((of) => [of.destination, checked(of)]));
}

function checked({ body: schema, run }: AppHandler): AppWork {
  if (schema === undefined) return (context) => run(context, undefined);
  const validate = createAjv({ coerceTypes: false }).compile(schema);
  return (context) => {
    const body = jsonOf(context.frame.body);
    if (validate(body)) return run(context, body);
    const errors = describeErrors(validate.errors ?? []).map(({ path, message }) => `${path} ${message}`);
    throw new StompError('message_invalid', `The body is not as it should be: ${errors.join('; ')}.`);
  };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    throw new StompError('message_invalid', 'The body is no JSON.');
  }
}
