import type { ErrorObject, ValidateFunction } from 'ajv';
import type { FastifySchema } from 'fastify';
import { createAjv } from '../operations/validator.ts';

/**
 * Bodies are taken as they are: no coercion, no silent removal of unknown fields. Parameters, queries
 * and headers are text by nature and are coerced.
 */
export function createValidatorCompiler() {
  const strict = createAjv({ coerceTypes: false });
  const coercing = createAjv({ coerceTypes: true });
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
