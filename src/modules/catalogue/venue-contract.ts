import { type Static, Type } from 'typebox';
import {
  closed,
  Id,
  InEnglish,
  inEnglish,
  pageOf,
  Time,
  TimeZone,
  TimeZoneInput,
  Version,
  visibleText,
} from '../../platform/http/schemas.ts';
import { SeatPlanSchema } from './plan-format.ts';

const Name = visibleText(200);
const Address = Type.String({ maxLength: 300 });

export const VenueBody = closed(
  {
    name: Name,
    nameEn: Type.Optional(inEnglish(Name)),
    address: Address,
    addressEn: Type.Optional(inEnglish(Address)),
    timeZone: Type.Optional({
      ...TimeZoneInput,
      description: 'IANA name; Asia/Seoul where it is not given.',
    }),
    stages: Type.Array(
      closed(
        { name: Name, nameEn: Type.Optional(inEnglish(Name)), plan: SeatPlanSchema },
        { title: 'NewStage' },
      ),
      {
        minItems: 1,
        maxItems: 20,
      },
    ),
  },
  { title: 'NewVenue' },
);
export type VenueBody = Static<typeof VenueBody>;

export const VenuePatch = closed(
  {
    name: Type.Optional(Name),
    nameEn: Type.Optional(inEnglish(Name)),
    address: Type.Optional(Address),
    addressEn: Type.Optional(inEnglish(Address)),
    timeZone: Type.Optional(TimeZoneInput),
    stages: Type.Optional(
      Type.Array(
        closed(
          {
            id: Type.Optional(Id),
            name: Name,
            nameEn: Type.Optional(inEnglish(Name)),
            plan: Type.Optional({ ...SeatPlanSchema, description: 'Needed where the stage is new.' }),
          },
          { title: 'StageChange' },
        ),
        {
          minItems: 1,
          maxItems: 20,
          description: 'All that it will have: with an id those that stay, without one those that are new.',
        },
      ),
    ),
  },
  { title: 'VenueChange' },
);
export type VenuePatch = Static<typeof VenuePatch>;
export const VenueRemoved = Type.Null({ description: 'The venue and its stages are gone.' });

export const VenueView = Type.Object(
  {
    id: Id,
    name: Type.String(),
    nameEn: InEnglish,
    address: Type.String(),
    addressEn: InEnglish,
    timeZone: TimeZone,
    sellerId: Id,
    stages: Type.Array(
      Type.Object(
        {
          id: Id,
          name: Type.String(),
          nameEn: InEnglish,
          capacity: Type.Integer(),
          grades: Type.Record(Type.String(), Type.Integer(), { description: 'Seats by grade.' }),
          planUrl: Type.String(),
        },
        { title: 'Stage' },
      ),
    ),
    createdAt: Time,
    version: Version,
  },
  { title: 'Venue' },
);
export type VenueView = Static<typeof VenueView>;
export const VenuePage = pageOf(VenueView);
