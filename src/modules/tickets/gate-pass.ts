import { createHash, createHmac } from 'node:crypto';
import { inGroups, tidyBase32, toBase32 } from '../../kernel/base32.ts';
import { deriveKey } from '../../platform/auth/tokens/secret.ts';

const PREFIX = 'GATE';
const PASS = /^GATE[0-9A-HJKMNP-TV-Z]{20}$/;

/**
 * The pass of a gate: 100 bits that follow from the gate's id and SECRET_KEY, so that it can be shown again although
 * only its hash is stored. It is looked up at each use, which makes a revocation good at once.
 */
export type GatePasses = { of(gateId: string): string };

export function createGatePasses(secretKey: string): GatePasses {
  const key = deriveKey(secretKey, 'gate-pass');
  return {
    of(gateId) {
      const bytes = createHmac('sha256', key).update(gateId).digest();
      return `${PREFIX}-${inGroups(toBase32(bytes).slice(0, 20))}`;
    },
  };
}

/** What is stored of a pass, however it was typed; undefined for a text that is none. */
export function gatePassHash(text: string): Buffer | undefined {
  const pass = tidyBase32(text);
  return PASS.test(pass) ? createHash('sha256').update(pass).digest() : undefined;
}
