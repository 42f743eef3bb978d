import { type Static, type TProperties, type TSchema, Type } from 'typebox';

/** An object that takes no other fields: what a client sends must be what we asked for. */
export function closed<const P extends TProperties>(
  properties: P,
  options: { $id?: string; description?: string } = {},
) {
  return Type.Object(properties, { ...options, additionalProperties: false });
}

/** RFC 3339 in UTC with milliseconds. */
export const Time = Type.String({ format: 'date-time', description: 'RFC 3339, UTC, milliseconds' });

/** An opaque id; ours are UUIDs, and only that shape reaches the database. */
export const Id = Type.String({ format: 'uuid', maxLength: 36 });

export const MoneyAmount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** An integer in the minor unit. */
export const MoneySchema = closed({ amount: MoneyAmount, currency: Type.Literal('KRW') });

/** `?limit=` and `?cursor=` of every list. */
export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
};

export function pageOf<T extends TSchema>(item: T) {
  return Type.Object({ items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) });
}

export const ById = closed({ id: Id });
export type ById = Static<typeof ById>;

export type Page<T> = { readonly items: T[]; readonly nextCursor: string | null };
