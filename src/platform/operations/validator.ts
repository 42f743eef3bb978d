import { Ajv, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';

/** What holds requests to schemas, with the formats that ours use. Whatever a schema does not name is refused, not removed. */
export function createAjv({ coerceTypes }: { readonly coerceTypes: boolean }): Ajv {
  const ajv = new Ajv({ coerceTypes, useDefaults: true, removeAdditional: false });
  addFormats.default(ajv, ['date-time', 'uuid', 'email', 'uri']);
  ajv.addFormat('time-zone', isTimeZone);
  ajv.addFormat('visible-text', hasVisibleCharacter);
  ajv.addKeyword('example');
  return ajv;
}

/** What is wrong, for who sent it: where it stands below `root`, and why. */
export function describeErrors(
  errors: readonly Pick<ErrorObject, 'instancePath' | 'params' | 'message'>[],
  root = '',
): readonly { readonly path: string; readonly message: string }[] {
  return errors.map(({ instancePath, params, message = 'is not valid' }) => {
    const named: unknown = params['missingProperty'] ?? params['additionalProperty'];
    const suffix = typeof named === 'string' ? `/${named}` : '';
    return { path: `${root}${instancePath}${suffix}`, message };
  });
}

/** Letters and symbols that draw nothing: the fillers of Hangul, and the blank of Braille. */
const BLANKS = /[\u115F\u1160\u2800\u3164\uFFA0]/gu;

/** A name that nobody sees is none: marks, spaces, controls and formats need something to stand at. */
function hasVisibleCharacter(text: string): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replace(BLANKS, ''));
}

/** Whether the runtime knows it: what is saved must be one that browsers can write times in. */
function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
