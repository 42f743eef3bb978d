import { type Static, Type } from 'typebox';
import { defineEvents } from '../../platform/events/event.ts';
import { closed, Id, InEnglish, Time, TimeZone, titleOf } from '../../platform/http/schemas.ts';

const limit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 100, default: 10, description: 'How many at most.' }),
);

export const SellingNowQuery = closed({
  limit,
  minutes: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_440, default: 10, description: 'How far back it looks.' }),
  ),
});
export type SellingNowQuery = Static<typeof SellingNowQuery>;

export const FastestQuery = closed({ limit });
export type FastestQuery = Static<typeof FastestQuery>;

const ranked = {
  rank: Type.Integer(),
  performanceId: Id,
  concertId: Id,
  title: Type.String(),
  titleEn: InEnglish,
  artist: Type.String(),
  artistEn: InEnglish,
  venue: Type.String(),
  venueEn: InEnglish,
  timeZone: TimeZone,
  startsAt: Time,
  opensAt: Time,
  capacity: Type.Integer(),
  sold: Type.Integer({ description: 'Seats sold by now.' }),
  remainingTotal: Type.Integer({ description: 'Seats that are free now.' }),
};

/** As every list; a ranking has one page. */
const onePage = <T extends Type.TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: Type.Null() }, { title: `${titleOf(item)}Page` });

export const SellingNowView = onePage(
  Type.Object(
    { ...ranked, soldInWindow: Type.Integer({ description: 'Seats sold less those given back.' }) },
    { title: 'SellingNow' },
  ),
);
export type SellingNowView = Static<typeof SellingNowView>;

export const FastestView = onePage(
  Type.Object(
    { ...ranked, soldOutAt: Time, soldOutAfterMs: Type.Integer({ description: 'From the opening on.' }) },
    { title: 'FastestSoldOut' },
  ),
);
export type FastestView = Static<typeof FastestView>;

/** Events that this module saves. */
export const rankingEvents = defineEvents(
  { subject: 'performanceId' },
  {
    'performance.sold-out': Type.Object({
      performanceId: Id,
      capacity: Type.Integer({ minimum: 1 }),
      soldOutAt: {
        ...Time,
        description: 'Of the sale that took its last seat; a seat that comes back ends it.',
      },
    }),
  },
);
