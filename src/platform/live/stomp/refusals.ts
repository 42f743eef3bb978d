import { isAway } from '../../../kernel/faults.ts';
import { type LiveContent, LiveMessage } from '../message.ts';
import { type Frame, STOMP_ERRORS, StompError, type StompErrorCode } from './frame.ts';

/** Where a session hears of frames that were refused while it goes on. */
export const OWN_ERRORS = '/user/queue/errors';
export const OWN_REPLIES = '/user/queue/replies';

/** What is wrong with one frame, or with what it needs, and not with the stream of frames. */
const SESSION_GOES_ON: ReadonlySet<StompErrorCode> = new Set([
  'message_invalid',
  'queue_full',
  'broker_unavailable',
  'unavailable',
]);

/** What a client is told of something that was thrown. */
export function stompErrorOf(error: unknown): StompError {
  if (error instanceof StompError) return error;
  if (isAway(error)) return new StompError('unavailable', 'What was sent could not be passed on.');
  return new StompError('server_closing', 'Something failed here.');
}

/** A transaction that failed in the middle ends its session: nobody could say what of it is done. */
export function leavesSessionOpen({ code }: StompError, { command, headers }: Frame): boolean {
  return command !== 'COMMIT' && !headers.has('transaction') && SESSION_GOES_ON.has(code);
}

/** A refusal as `/user/queue/errors` has it: it takes the place of the receipt. */
export function refusalOf({ code, message }: StompError, { headers }: Frame): OwnMessage {
  const destination = headers.get('destination');
  const receipt = headers.get('receipt');
  const body = {
    code,
    message,
    action: STOMP_ERRORS[code],
    ...(destination === undefined ? {} : { destination }),
  };
  return {
    body,
    headers: { ...correlationOf(headers), ...(receipt === undefined ? {} : { 'receipt-id': receipt }), code },
  };
}

/** What one session alone is told. */
export type OwnMessage = { readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };

export function correlationOf(headers: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const id = headers.get('correlation-id');
  return id === undefined ? {} : { 'correlation-id': id };
}

export function ownMessage(id: string, { body, headers = {} }: OwnMessage): LiveMessage {
  const content: LiveContent = {
    headers: new Map(Object.entries({ 'content-type': 'application/json', ...headers })),
    body: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)),
  };
  return new LiveMessage(id, content);
}
