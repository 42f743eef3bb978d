import { type Static, Type } from 'typebox';
import { defineEvents, STAYS_INSIDE } from '../../platform/events/event.ts';
import {
  Currency,
  closed,
  Id,
  InEnglish,
  inEnglish,
  MoneySchema,
  pageOf,
  pageQuery,
  Time,
  TimeInput,
  TimeZone,
  Version,
  visibleText,
} from '../../platform/http/schemas.ts';
import { Grade } from './plan-format.ts';

const Title = visibleText(200);
const Description = Type.String({ maxLength: 10_000 });
const Price = closed(
  { amount: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }), currency: Currency },
  { title: 'Price' },
);
const PriceTable = Type.Record(Grade, Price, {
  description: 'Price by grade.',
  maxProperties: 16,
  // The pattern alone would let other names through, with anything for a price.
  additionalProperties: false,
});
const LimitPerPerson = Type.Integer({ minimum: 1, maximum: 100 });
const HoldTtlMs = Type.Integer({ minimum: 1_000, maximum: 3_600_000 });

const concertFields = {
  title: Title,
  titleEn: Type.Optional(inEnglish(Title)),
  artist: Title,
  artistEn: Type.Optional(inEnglish(Title)),
  description: Description,
  descriptionEn: Type.Optional(inEnglish(Description)),
  category: Type.String({
    pattern: '^[a-z][a-z0-9-]{0,29}$',
    description: 'Such as concert, musical, play.',
  }),
};

const Visibility = Type.Enum(['draft', 'published', 'hidden'], { title: 'Visibility' });
const VisibilityInput = {
  ...Visibility,
  description:
    'draft: only its seller and managers see it; hidden: taken back, and seen by those who have booked. Without publishAt at once.',
};
const PublishAt = Type.Union([TimeInput, Type.Null()], {
  description: 'Published from then on, unless hidden; null: as visibility says.',
});

export const ConcertBody = closed(
  {
    title: concertFields.title,
    titleEn: concertFields.titleEn,
    artist: concertFields.artist,
    artistEn: concertFields.artistEn,
    description: Type.Optional(concertFields.description),
    descriptionEn: concertFields.descriptionEn,
    category: Type.Optional(concertFields.category),
    visibility: Type.Optional(VisibilityInput),
    publishAt: Type.Optional(PublishAt),
  },
  { title: 'NewConcert' },
);
export type ConcertBody = Static<typeof ConcertBody>;

export const ConcertPatch = closed(
  {
    title: Type.Optional(concertFields.title),
    titleEn: concertFields.titleEn,
    artist: Type.Optional(concertFields.artist),
    artistEn: concertFields.artistEn,
    description: Type.Optional(concertFields.description),
    descriptionEn: concertFields.descriptionEn,
    category: Type.Optional(concertFields.category),
    visibility: Type.Optional(VisibilityInput),
    publishAt: Type.Optional(PublishAt),
  },
  { title: 'ConcertChange' },
);

export type ConcertPatch = Static<typeof ConcertPatch>;

export const PerformanceBody = closed(
  {
    stageId: Id,
    startsAt: TimeInput,
    opensAt: TimeInput,
    closesAt: Type.Optional(TimeInput),
    prices: PriceTable,
    limitPerPerson: Type.Optional(LimitPerPerson),
    holdTtlMs: Type.Optional(HoldTtlMs),
    roomEnabled: Type.Optional(Type.Boolean()),
  },
  { title: 'NewPerformance' },
);
export type PerformanceBody = Static<typeof PerformanceBody>;

export const PerformancePatch = closed(
  {
    startsAt: Type.Optional(TimeInput),
    opensAt: Type.Optional(TimeInput),
    closesAt: Type.Optional(TimeInput),
    prices: Type.Optional(PriceTable),
    limitPerPerson: Type.Optional(LimitPerPerson),
    holdTtlMs: Type.Optional(HoldTtlMs),
    roomEnabled: Type.Optional(Type.Boolean()),
  },
  { title: 'PerformanceChange' },
);
export type PerformancePatch = Static<typeof PerformancePatch>;

const PerformanceStatusSchema = Type.Enum(['scheduled', 'on_sale', 'sold_out', 'closed'], {
  title: 'PerformanceStatus',
});

export const PerformanceView = Type.Object(
  {
    id: Id,
    concertId: Id,
    sellerId: Id,
    title: Type.String(),
    titleEn: InEnglish,
    venue: Type.String(),
    venueEn: InEnglish,
    timeZone: { ...TimeZone, description: 'Of the venue: by its clock the performance begins.' },
    stage: Type.String(),
    stageEn: InEnglish,
    stageId: Id,
    startsAt: Time,
    opensAt: Time,
    closesAt: Time,
    status: PerformanceStatusSchema,
    capacity: Type.Integer(),
    remaining: Type.Record(Type.String(), Type.Integer(), { description: 'Free seats by grade.' }),
    remainingTotal: Type.Integer(),
    prices: Type.Record(Type.String(), MoneySchema),
    limitPerPerson: Type.Integer(),
    holdTtlMs: Type.Integer(),
    roomEnabled: Type.Boolean(),
    version: Version,
    cancelledAt: Type.Union([Time, Type.Null()], {
      description: 'When it was called off: it does not take place, and all that was paid goes back.',
    }),
    cancelReason: Type.Union([Type.String(), Type.Null()], { description: 'In the words of its seller.' }),
    postponedAt: Type.Union([Time, Type.Null()], {
      description:
        'When that was decided last: who had booked before is asked whether they keep their tickets.',
    }),
    postponedFrom: Type.Union([Time, Type.Null()], {
      description: 'When it was to start before it was postponed.',
    }),
    seatsUrl: Type.String(),
    planUrl: Type.String(),
  },
  { title: 'Performance' },
);
export type PerformanceView = Static<typeof PerformanceView>;

const Text = Type.String({ pattern: '^[^\\u0000]*$', minLength: 1, maxLength: 100 });

export const PerformanceRemoved = Type.Null({ description: 'The performance is gone.' });

export const ConcertQueryString = closed({
  ...pageQuery,
  q: Type.Optional({ ...Text, description: 'Found in title or artist, in any language, whatever the case.' }),
  from: Type.Optional({ ...TimeInput, description: 'With a performance that starts from here …' }),
  to: Type.Optional({ ...TimeInput, description: '… and before this.' }),
  category: Type.Optional(concertFields.category),
  sellerId: Type.Optional({ ...Id, description: 'Only those of this seller.' }),
  when: Type.Optional(
    Type.Enum(['upcoming', 'past', 'opening'], {
      description:
        'upcoming: with a performance that has not begun; past: with none left; opening: with a sale that opens yet.',
    }),
  ),
  status: Type.Optional({
    ...PerformanceStatusSchema,
    description: 'The best of its performances: on_sale before scheduled before sold_out before closed.',
  }),
  language: Type.Optional(
    Type.Enum(['ko', 'en'], {
      description: 'Whose order titles are in; else by Accept-Language, else Korean.',
    }),
  ),
  sort: Type.Optional(
    Type.Enum(['date', 'title', 'popularity', 'newest'], {
      default: 'date',
      description: 'By first performance, by title, most sold first, or newest first.',
    }),
  ),
});
export const OwnConcertsQuery = closed(pageQuery);
export type OwnConcertsQuery = Static<typeof OwnConcertsQuery>;
export type ConcertQueryString = Static<typeof ConcertQueryString>;

const concertView = {
  id: Id,
  title: Type.String(),
  titleEn: InEnglish,
  artist: Type.String(),
  artistEn: InEnglish,
  category: Type.String(),
  sellerId: Id,
  visibility: { ...Visibility, description: 'As of now.' },
  publishAt: Type.Union([Time, Type.Null()]),
};

export const ConcertView = Type.Object(
  {
    ...concertView,
    description: Type.String(),
    descriptionEn: InEnglish,
    createdAt: Time,
    updatedAt: Time,
    version: Version,
    performances: Type.Array(PerformanceView, { description: 'By date.' }),
  },
  { title: 'Concert' },
);
export type ConcertView = Static<typeof ConcertView>;

export const ConcertSummary = Type.Object(
  {
    ...concertView,
    performanceCount: Type.Integer(),
    firstStartsAt: Type.Union([Time, Type.Null()]),
    lastStartsAt: Type.Union([Time, Type.Null()]),
    nextOpensAt: Type.Union([Time, Type.Null()], { description: 'The next opening of a sale.' }),
    status: Type.Union([PerformanceStatusSchema, Type.Null()], {
      description: 'The best of its performances: on_sale, scheduled, sold_out, closed.',
    }),
    priceFrom: Type.Union([MoneySchema, Type.Null()]),
    capacity: Type.Integer({ description: 'Seats of its performances whose sale is not over.' }),
    remainingTotal: Type.Integer({ description: 'Those of them that are free.' }),
    venues: Type.Array(Type.String()),
    venuesEn: Type.Array(InEnglish, { description: 'Of each of its venues.' }),
    timeZone: Type.Union([TimeZone, Type.Null()], { description: 'Where its first performance is.' }),
  },
  { title: 'ConcertSummary' },
);
export type ConcertSummary = Static<typeof ConcertSummary>;
export const ConcertPage = pageOf(ConcertSummary);

const calledOff = { performanceId: Id, concertId: Id, by: Id };

/** Events that this module saves. */
export const catalogueEvents = {
  ...defineEvents(
    { subject: 'concertId' },
    { 'concert.changed': Type.Object({ concertId: Id, change: Type.Enum(['created', 'updated']) }) },
  ),
  ...defineEvents(
    { subject: 'performanceId' },
    {
      'performance.changed': Type.Object({
        performanceId: Id,
        concertId: Id,
        change: Type.Enum(['created', 'updated', 'removed']),
      }),
      'performance.cancelled': Type.Object({
        ...calledOff,
        startsAt: { ...Time, description: 'When it was to start.' },
        reason: Type.String({
          ...STAYS_INSIDE,
          description: 'In the words of its seller; no export has it.',
        }),
      }),
      'performance.postponed': Type.Object({
        ...calledOff,
        startsAt: { ...Time, description: 'When it starts now.' },
        postponedFrom: { ...Time, description: 'When it was to start.' },
        answerUntil: { ...Time, description: 'Until then tickets can be handed back for all that was paid.' },
      }),
    },
  ),
};
