import { krw, type Money } from '../kernel/money.ts';
import type { Result } from '../kernel/result.ts';
import type { Account } from '../modules/identity/index.ts';
import type { Principal } from '../platform/auth/principal.ts';
import { type DemoConcert, type DemoPerformance, demoConcerts } from './concerts.ts';
import type { Telling } from './demo-system.ts';
import type { SoldPerformance } from './sales.ts';
import { demoVenues, type VenueName } from './venues.ts';

export type People = ReadonlyMap<string, Account>;

type House = { readonly stageId: string; readonly principal: Principal };
type Houses = ReadonlyMap<VenueName, House>;

const LIMIT_PER_PERSON = 4;
const HOLD_TTL_MS = 300_000;

/** Builds the houses and announces the concerts. @returns the performances of which seats were sold */
export async function announceProgramme(
  telling: Telling,
  people: People,
): Promise<readonly SoldPerformance[]> {
  const houses = await buildHouses(telling, people);
  const concerts = demoConcerts(telling.now);
  const sold: SoldPerformance[] = [];
  for (const concert of concerts) sold.push(...(await announce(telling, concert, houses)));
  const performances = concerts.reduce((sum, concert) => sum + concert.performances.length, 0);
  telling.onProgress(
    `Demo data: ${houses.size} venues, ${concerts.length} concerts, ${performances} performances.`,
  );
  return sold;
}

async function buildHouses({ system }: Telling, people: People): Promise<Houses> {
  const houses = new Map<VenueName, House>();
  for (const [key, venue] of Object.entries(demoVenues)) {
    const owner = people.get(venue.seller);
    if (!owner) throw new Error(`the demo venue ${venue.name} has no owner`);
    const principal = principalOf(owner);
    const { name, nameEn, address, addressEn } = venue;
    const stages = [{ name: venue.stage, nameEn: venue.stageEn, plan: venue.plan() }];
    const body = { name, nameEn, address, addressEn, stages };
    const built = must(await system.selling.addVenue(body, { principal }));
    houses.set(key as VenueName, { stageId: built.venue.stages[0]!.id, principal });
  }
  return houses;
}

async function announce(
  telling: Telling,
  concert: DemoConcert,
  houses: Houses,
): Promise<readonly SoldPerformance[]> {
  const { venue, performances, ...body } = concert;
  const house = houses.get(venue)!;
  const { principal } = house;
  const announced = must(await telling.system.selling.addConcert(body, { principal }));
  const sold: SoldPerformance[] = [];
  for (const performance of performances) {
    const terms = {
      ...toBody(performance, venue),
      stageId: house.stageId,
    };
    const added = must(
      await telling.system.selling.addPerformance(announced.concert.id, terms, { principal }),
    );
    const { id } = added.performance;
    if (performance.room) await telling.system.setRoom(id, performance.room);
    if (performance.sold) sold.push(await soldOf(telling, id, performance.sold));
  }
  return sold;
}

function toBody({ startsAt, opensAt, room }: DemoPerformance, venue: VenueName) {
  const prices = Object.entries(demoVenues[venue].prices).map(([grade, amount]) => [grade, krw(amount)]);
  return {
    startsAt: new Date(startsAt).toISOString(),
    opensAt: new Date(opensAt).toISOString(),
    prices: Object.fromEntries(prices) as Record<string, Money>,
    limitPerPerson: LIMIT_PER_PERSON,
    holdTtlMs: HOLD_TTL_MS,
    roomEnabled: room !== undefined,
  };
}

async function soldOf(
  { system }: Telling,
  id: string,
  sold: SoldPerformance['sold'],
): Promise<SoldPerformance> {
  const terms = await system.terms(id);
  if (!terms) throw new Error(`the demo performance ${id} is not there`);
  return { ...terms, id, sold };
}

/** Somebody who acts without a session. */
function principalOf({ id, roles }: Account): Principal {
  return { accountId: id, roles: new Set<string>(roles), sessionId: id, expiresAt: Number.MAX_SAFE_INTEGER };
}

/** @throws Error on a refusal: the data of the demonstration breaks no rule */
export function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`demo data refused: ${result.code} ${JSON.stringify(result.extra ?? {})}`);
}
