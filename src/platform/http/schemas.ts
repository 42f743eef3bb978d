import { type Static, type TProperties, type TSchema, Type } from 'typebox';

/** An object that takes no other fields: what a client sends must be what we asked for. */
export function closed<const P extends TProperties>(
  properties: P,
  options: { title?: string; description?: string } = {},
) {
  return Type.Object(properties, { ...options, additionalProperties: false });
}

/** Of an operation's input, what an edge may not have. */
export function ifGiven<T extends TSchema>(schema: T) {
  return Type.Optional(Type.Unsafe<Static<T> | undefined>(schema));
}

/** RFC 3339 in UTC with milliseconds. */
export const Time = Type.String({ format: 'date-time', description: 'RFC 3339, UTC, milliseconds' });

/**
 * A time that a client gives: RFC 3339 from 1970 on, without leap seconds, which `Date` cannot read. What
 * this lets through, `Date.parse` takes.
 */
export const TimeInput = Type.String({
  format: 'date-time',
  pattern:
    '^(?:19[7-9]|[2-9]\\d\\d)\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-]\\d\\d:\\d\\d)$',
  maxLength: 40,
  description: 'RFC 3339',
});

/** A time zone by its IANA name, such as Asia/Seoul. */
export const TimeZone = Type.String({ description: 'IANA name' });

/** One that a client gives; the format is our own (`operations/validator.ts`), and lets through what browsers know. */
export const TimeZoneInput = Type.String({
  format: 'time-zone',
  pattern: '^[A-Za-z]',
  maxLength: 64,
  description: 'IANA name',
});

/** A name or a title: something of it can be seen. The format is our own (`operations/validator.ts`). */
export const visibleText = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '\\S', format: 'visible-text' });

/** What a text is in English; readers of English see the text itself where it is null. */
export const inEnglish = <T extends Type.TSchema>(text: T) =>
  Type.Union([text, Type.Null()], { description: 'For readers of English; null: as for everybody.' });
export const InEnglish = inEnglish(Type.String());

/** Of what a PATCH changes. */
export const Version = Type.Integer({
  minimum: 0,
  description: 'One more with each change; `"<version>"` is an If-Match.',
});

/**
 * An opaque id; ours are UUIDs, and only that shape reaches the database. In lower case only: an id that
 * had two spellings would be two keys of whatever is kept in memory.
 */
export const Id = Type.String({
  format: 'uuid',
  pattern: '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
  maxLength: 36,
});

const MoneyAmount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const Currency = Type.Literal('KRW', { title: 'Currency', description: 'ISO 4217' });

/** An integer in the minor unit. */
export const MoneySchema = closed(
  { amount: MoneyAmount, currency: Currency },
  { title: 'Money', description: 'An integer in the minor unit of its currency; won have none.' },
);

/** The same of a difference, which may be below zero. */
export const SignedMoney = Type.Object(
  { amount: Type.Integer(), currency: Currency },
  { title: 'SignedMoney', description: 'Money that may be below zero.' },
);

/** `?limit=` and `?cursor=` of every list. */
export const pageQuery = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'How many at most.' }),
  ),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 512, description: 'The `nextCursor` of the page before.' }),
  ),
};

/** A page of a list, named after its items. */
export function pageOf<T extends TSchema>(item: T) {
  const nextCursor = Type.Union([Type.String(), Type.Null()], {
    description: 'For `?cursor=` of the next page; null: this is the last.',
  });
  return Type.Object({ items: Type.Array(item), nextCursor }, { title: `${titleOf(item)}Page` });
}

/** For readers that sent the ETag of what they have. */
export const NotModified = Type.Null({ description: 'You have this version.' });

export const ById = closed({ id: { ...Id, description: 'The id of what the address names.' } });
export type ById = Static<typeof ById>;

export type Page<T> = { readonly items: T[]; readonly nextCursor: string | null };

/** The name of a schema in the OpenAPI document. */
export function titleOf(schema: TSchema): string {
  if (!('title' in schema) || typeof schema.title !== 'string') throw new Error('a schema has no title');
  return schema.title;
}
