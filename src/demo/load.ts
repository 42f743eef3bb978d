import { createSeededRandom } from '../kernel/random.ts';
import type { Account } from '../modules/identity/index.ts';
import { demoAccounts } from './accounts.ts';
import type { Telling } from './demo-system.ts';
import { announceProgramme, must, type People } from './programme.ts';
import { type Purchase, planSales } from './sales.ts';
import { DAY, SECOND } from './times.ts';

/** The same houses look the same everywhere; nothing secret is drawn from it. */
const SEED = 20_260_731;
const PEOPLE_CAME_MS = 60 * DAY;
const ANNOUNCED_MS = 30 * DAY;
const CHARGED_MS = 20 * DAY;
const CHECKOUT_MS = 1 * SECOND;
/** What members have to spend beside what their purchases cost. KRW. */
const POCKET = 1_000_000;
const CHARGE_STEP = 10_000;

/**
 * Loads the demonstration into an empty catalogue: accounts of every role, houses, concerts, and sales that
 * went through the line of hold and payment like any other. The caller sees to it that it happens once, and
 * wholly or not at all.
 * @throws Error where a rule of the system refuses some of it
 */
export async function loadDemoData(telling: Telling): Promise<void> {
  const { system, now, signal, onProgress } = telling;
  const random = createSeededRandom(SEED);
  system.clock.set(now - PEOPLE_CAME_MS);
  const people = await enrol(telling);
  system.clock.set(now - ANNOUNCED_MS);
  const sold = await announceProgramme(telling, people);
  signal?.throwIfAborted();
  const plans = sold.map((performance) => planSales(performance, random));
  const members = demoAccounts.filter(({ role }) => role === 'member').map(({ email }) => people.get(email)!);
  const buyers = await inviteBuyers(telling, members, plans);
  const seats = sold.reduce((sum, performance) => sum + performance.sold.seats, 0);
  onProgress(`Demo data: selling ${seats} seats to ${buyers.length} people …`);
  for (const round of roundsOf(plans)) {
    signal?.throwIfAborted();
    await sell(telling, round, buyers);
  }
  system.clock.set(Math.max(now, system.clock.now()));
  onProgress('Demo data: loaded.');
}

async function enrol({ system }: Telling): Promise<People> {
  const accounts = await system.provision(
    demoAccounts.map(({ role, ...account }) => ({
      ...account,
      roles: role === 'member' ? ['member'] : ['member', role],
    })),
  );
  return new Map(accounts.map((account) => [account.email, account]));
}

/** Everybody who buys, with the points for it; the demo members, who may look at what they bought, first. */
async function inviteBuyers(
  { system, now }: Telling,
  members: readonly Account[],
  plans: readonly (readonly Purchase[])[],
): Promise<readonly Account[]> {
  const count = Math.max(...plans.map((plan) => plan.length));
  const fans = Array.from({ length: count - members.length }, (_, index) => ({
    email: `fan${index + 1}@demo.example`,
    name: `Fan ${index + 1}`,
  }));
  const buyers = [...members, ...(await system.provision(fans))];
  system.clock.set(now - CHARGED_MS);
  const costs = new Map<number, number>();
  for (const { buyer, amount } of plans.flat()) costs.set(buyer, (costs.get(buyer) ?? 0) + amount);
  await Promise.all(
    buyers.map(async ({ id }, index) => {
      const cost = costs.get(index) ?? 0;
      const amount = Math.ceil(cost / CHARGE_STEP) * CHARGE_STEP + (index < members.length ? POCKET : 0);
      if (amount > 0) must(await system.charge({ accountId: id, amount }));
    }),
  );
  return buyers;
}

/** Purchases that happen at one moment, in the order of time. */
function roundsOf(plans: readonly (readonly Purchase[])[]): readonly (readonly Purchase[])[] {
  const rounds = Map.groupBy(plans.flat(), ({ at }) => at);
  return [...rounds].toSorted(([a], [b]) => a - b).map(([, round]) => round);
}

async function sell(
  { system }: Telling,
  round: readonly Purchase[],
  buyers: readonly Account[],
): Promise<void> {
  system.clock.set(Math.max(round[0]!.at, system.clock.now()));
  const held = await Promise.all(
    round.map(async ({ performanceId, seatIds, buyer }) => {
      const accountId = buyers[buyer]!.id;
      const { id } = must(await system.reserve({ accountId, performanceId, seatIds, pass: undefined }));
      return { reservationId: id, accountId };
    }),
  );
  system.clock.set(system.clock.now() + CHECKOUT_MS);
  await Promise.all(held.map(async (order) => must(await system.pay(order))));
}
