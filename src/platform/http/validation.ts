import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifySchema } from 'fastify';

/**
 * Bodies are taken as they are: no coercion, no silent removal of unknown fields. Parameters, queries
 * and headers are text by nature and are coerced.
 */
export function createValidatorCompiler() {
  const strict = formats(new Ajv({ coerceTypes: false, useDefaults: true, removeAdditional: false }));
  const coercing = formats(new Ajv({ coerceTypes: true, useDefaults: true, removeAdditional: false }));
  return ({ schema, httpPart }: { schema: unknown; httpPart?: string }) => {
    if (httpPart === 'body') return strict.compile(schema as FastifySchema);
    return refuseInfinity(coercing.compile(schema as FastifySchema));
  };
}

/** Ajv coerces `1e400` to Infinity and then holds it to no maximum. */
function refuseInfinity(validate: ValidateFunction) {
  const check = (data: unknown): boolean => {
    if (!validate(data)) {
      check.errors = validate.errors ?? [];
      return false;
    }
    const endless = Object.entries(data ?? {}).filter(
      ([, value]) => value === Infinity || value === -Infinity,
    );
    check.errors = endless.map(([name]) => ({
      keyword: 'type',
      instancePath: `/${name}`,
      schemaPath: '#',
      params: {},
      message: 'must be a finite number',
    }));
    return endless.length === 0;
  };
  check.errors = [] as ErrorObject[];
  return check;
}

function formats(ajv: Ajv): Ajv {
  addFormats.default(ajv, ['date-time', 'uuid', 'email', 'uri']);
  ajv.addFormat('time-zone', isTimeZone);
  ajv.addFormat('visible-text', hasVisibleCharacter);
  ajv.addKeyword('example');
  return ajv;
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
