import type { ApiClient } from '../../../traffic/api-client.ts';
import { readSeats } from '../../../traffic/requests.ts';
import type { Clock } from '../../kernel/clock.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import type { Random } from '../../kernel/random.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { SalesCatalogue, SalesTerms } from '../../modules/catalogue/index.ts';
import type { CrowdBody, CrowdView } from './contract.ts';
import { walk } from './fan.ts';
import { SeatPicture } from './seat-picture.ts';
import { Tally } from './tally.ts';

/** Somebody without a password, and an access token of theirs. */
export type MakePeople = (count: number) => Promise<readonly { readonly accessToken: string }[]>;

/** Port: the rates of waiting rooms, one of which is another as long as a crowd is there. */
export type RoomRates = {
  /** On record with the rate before, so that it comes back also where this process does not see the end. */
  lendRate(performanceId: string, ratePerSecond: number, changedBy: string): Promise<void>;
  returnRates(): Promise<void>;
  stats(performanceId: string): { readonly ratePerSecond: number; readonly rateBefore?: number | undefined };
};

export type CrowdsDeps = {
  readonly client: ApiClient;
  readonly makePeople: MakePeople;
  readonly catalogue: Pick<SalesCatalogue, 'terms'>;
  readonly rates: RoomRates;
  readonly clock: Clock;
  readonly random: Random;
  readonly onError: (error: unknown) => void;
};

/** Crowds of fans for demonstrations, one at a time, against this very instance. */
export type Crowds = {
  /** Returns what the crowd of a process before this one had changed; stops the one under way when the system does. */
  readonly lifecycle: Lifecycle;
  start(
    body: CrowdBody,
    managerId: string,
  ): Promise<Result<CrowdView, 'crowd_running' | 'performance_not_found' | 'sales_closed'>>;
  view(): CrowdView;
  /** Sends the crowd away; who stands in line falls silent there. */
  stop(): Promise<CrowdView>;
};

const ARRIVE_MS = 10_000;
/** People made and let go at once. */
const GROUP = 100;

type Run = {
  readonly body: CrowdBody;
  readonly startedAt: number;
  readonly tally: Tally;
  readonly abort: AbortController;
  status: CrowdView['status'];
  endedAt: number | null;
  done: Promise<void>;
};

export function createCrowds(deps: CrowdsDeps): Crowds {
  let run: Run | undefined;
  const view = () => viewOf(run, deps.rates);

  const stop = async () => {
    if (run?.status === 'running') {
      run.status = 'stopped';
      run.abort.abort();
      await run.done;
    }
    return view();
  };

  return {
    lifecycle: createLifecycle('crowds', {
      start: () => returnRates(deps),
      stop: async () => void (await stop()),
    }),
    view,
    stop,
    async start(body, managerId) {
      const terms = await deps.catalogue.terms(body.performanceId);
      if (!terms) return refuse('performance_not_found');
      if (deps.clock.now() >= terms.closesAt) return refuse('sales_closed');
      // One that was sent away is there until it has given the rate back.
      if (run?.endedAt === null) return refuse('crowd_running');
      const begun: Run = {
        body,
        startedAt: deps.clock.now(),
        tally: new Tally(),
        abort: new AbortController(),
        status: 'running',
        endedAt: null,
        done: Promise.resolve(),
      };
      run = begun;
      // Before it is answered: who sees the crowd sees its rate.
      const lent = lendRate(deps, begun, terms, managerId);
      begun.done = lent.then(
        () => lead(deps, begun, terms),
        () => undefined,
      );
      await lent;
      return ok(view());
    },
  };
}

async function lendRate(deps: CrowdsDeps, run: Run, terms: SalesTerms, managerId: string): Promise<void> {
  const { ratePerSecond } = run.body;
  if (ratePerSecond === undefined || !terms.roomEnabled) return;
  try {
    await deps.rates.lendRate(terms.performanceId, ratePerSecond, managerId);
  } catch (error) {
    run.status = 'failed';
    run.endedAt = deps.clock.now();
    throw error;
  }
}

/** What could not be returned is returned at the next start. */
async function returnRates({ rates, onError }: CrowdsDeps): Promise<void> {
  await rates.returnRates().catch(onError);
}

/** Lets the people come, and waits until the last has gone. Never rejects. */
async function lead(deps: CrowdsDeps, run: Run, terms: SalesTerms): Promise<void> {
  let outcome: CrowdView['status'] = 'done';
  try {
    await letCome(deps, run, terms);
  } catch (error) {
    outcome = 'failed';
    if (run.status === 'running') deps.onError(error);
  }
  await returnRates(deps);
  if (run.status === 'running') run.status = outcome;
  run.endedAt = deps.clock.now();
}

async function letCome(deps: CrowdsDeps, run: Run, terms: SalesTerms): Promise<void> {
  const { clock, random, client } = deps;
  const { people, arriveMs = ARRIVE_MS } = run.body;
  const { signal } = run.abort;
  const pause = (ms: number) => sleep(clock, ms, signal);
  const [witness] = await deps.makePeople(1);
  const read = () =>
    client.send(readSeats(terms.performanceId), { accessToken: witness?.accessToken, signal });
  const seats = new SeatPicture({ terms, clock, random, read });
  const world = { terms, seats, client, tally: run.tally, random, signal, pause };
  const walking: Promise<void>[] = [];
  const beganAt = clock.now();
  for (let made = 0; made < people && !signal.aborted; made += GROUP) {
    const group = await deps.makePeople(Math.min(GROUP, people - made));
    for (const [index, { accessToken }] of group.entries()) {
      // Each at their own moment; who could not be made in time comes at once.
      const dueAt = beganAt + ((made + index) / people) * arriveMs;
      const come = async () => {
        if (dueAt > clock.now()) await pause(dueAt - clock.now());
        await walk(world, accessToken);
      };
      walking.push(come().catch(() => undefined));
    }
  }
  await Promise.all(walking);
}

/** @throws the signal's reason when it is aborted first */
function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      cancel();
      reject(signal.reason instanceof Error ? signal.reason : new Error('sent away'));
    };
    const cancel = clock.after(
      ms,
      () => {
        signal.removeEventListener('abort', leave);
        resolve();
      },
      { unref: true },
    );
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}

function viewOf(run: Run | undefined, rates: RoomRates): CrowdView {
  const time = (ms: number | null | undefined) =>
    ms === null || ms === undefined ? null : new Date(ms).toISOString();
  return {
    status: run?.status ?? 'none',
    performanceId: run?.body.performanceId ?? null,
    people: run?.body.people ?? 0,
    startedAt: time(run?.startedAt),
    endedAt: time(run?.endedAt),
    ...(run?.tally ?? new Tally()).view(),
    lentRate: run ? lentRateOf(rates.stats(run.body.performanceId)) : null,
  };
}

function lentRateOf({ ratePerSecond, rateBefore }: ReturnType<RoomRates['stats']>): CrowdView['lentRate'] {
  return rateBefore === undefined ? null : { ratePerSecond, before: rateBefore };
}
