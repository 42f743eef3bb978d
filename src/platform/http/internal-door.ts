import type { IncomingMessage, ServerResponse } from 'node:http';
import { addressList } from '../../kernel/address-list.ts';
import type { Ids } from '../../kernel/ids.ts';
import { INTERNAL_TOKEN_HEADER, type InternalAnswer, type InternalTokens } from '../auth/internal-tokens.ts';
import { answerRaw } from './raw-problem.ts';

export type InternalDoorOptions = {
  readonly tokens: InternalTokens;
  /** Of this very process. */
  readonly instance: string;
  readonly ids: Ids;
};

const INTERNAL = 'x-firstcome-';
/** What only the gateway may say. */
const FORWARDING = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'forwarded', 'x-real-ip'];

/**
 * Stands before all routes of a listener behind the gateway: what a request says of where it comes from counts when
 * the gateway vouches for it, and is taken away otherwise. @returns whether the request is answered
 */
export function createInternalDoor({ tokens, instance, ids }: InternalDoorOptions) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const { headers, method = '', url = '' } = request;
    const token = headers[INTERNAL_TOKEN_HEADER];
    for (const name in headers) if (name.startsWith(INTERNAL)) delete headers[name];
    if (token === undefined) {
      for (const name of FORWARDING) delete headers[name];
      return false;
    }
    const said = {
      method,
      target: url,
      forwardedFor: String(headers['x-forwarded-for'] ?? ''),
      forwardedProto: String(headers['x-forwarded-proto'] ?? ''),
    };
    const answer = tokens.verify(String(token), instance, said);
    if (answer === 'valid') return false;
    answerRaw(response, refusalOf(answer), ids.next());
    return true;
  };
}

function refusalOf(answer: Exclude<InternalAnswer, 'valid'>) {
  if (answer === 'other_instance') return 'wrong_instance';
  return 'internal_token_invalid';
}

/** The gateway speaks first, then whoever TRUST_PROXY names. */
export function behindGateway(trustProxy: readonly string[]): (address: string, hop: number) => boolean {
  const isTrusted = addressList(trustProxy);
  return (address, hop) => hop === 0 || isTrusted(address);
}
