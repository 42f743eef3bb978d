import type { OpenApiInfo } from '../platform/http/openapi.ts';
import { VERSION } from './version.ts';

/** What heads the OpenAPI document. */
export const API_INFO: OpenApiInfo = {
  title: 'firstcome',
  version: VERSION,
  description: [
    'Gives scarce things to the people who came first, exactly once.',
    'Sign up, log in and send the access token; where a performance has a waiting room, take a place in line and send the pass; hold seats, and pay before the hold lapses.',
    'Whatever is refused is a problem (RFC 9457) with a stable `code`. Programs decide by it, and treat one that they do not know by its status.',
  ].join('\n\n'),
  license: { name: 'MIT', identifier: 'MIT' },
  credentials: {
    gatePass: { header: 'Gate-Pass', description: 'The pass of a gate, in place of an access token.' },
  },
  tags: {
    Identity: 'Accounts, sessions, roles, and the keys that verify our tokens.',
    Catalogue: 'What is sold, where and when.',
    Seats: 'Seat plans, which never change, and the live state of seats.',
    'Waiting room': 'Places in line, passes, and the rooms themselves.',
    Reservations: 'Holds of seats, until they are paid, lapse or are cancelled.',
    Payments: 'How a hold becomes a purchase.',
    Points: 'What people pay with.',
    Tickets: 'What a buyer holds in hand.',
    Doors: 'Who is let in: gates, their passes, and check-ins.',
    'Queued requests': 'The real answers of writes that had to wait in an overload.',
    Rankings: 'What sells now, and what was sold out soonest.',
    Selling: 'What sellers do with venues, concerts and performances.',
    Operations: 'What managers see of the system at work.',
    Events: 'The log of events and its consumers.',
    'Dead letters': 'Events that a consumer could not take, and their repair.',
    Health: 'For supervisors and load balancers.',
    Demo: 'In demo mode only: a crowd of made-up fans.',
    Lab: 'In demo mode only: requests that do nothing, for measurements.',
  },
};
