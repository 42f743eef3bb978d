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

export type CrowdsDeps = {
  readonly client: ApiClient;
  readonly makePeople: MakePeople;
  readonly catalogue: Pick<SalesCatalogue, 'terms'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly onError: (error: unknown) => void;
};

/** Crowds of fans for demonstrations, one at a time, against this very instance. */
export type Crowds = {
  /** Stops the crowd under way when the system does. */
  readonly lifecycle: Lifecycle;
  start(
    body: CrowdBody,
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
  const view = () => viewOf(run);

  const stop = async () => {
    if (run?.status === 'running') {
      run.status = 'stopped';
      run.abort.abort();
      await run.done;
    }
    return view();
  };

  return {
    lifecycle: createLifecycle('crowds', { start: () => undefined, stop: async () => void (await stop()) }),
    view,
    stop,
    async start(body) {
      const terms = await deps.catalogue.terms(body.performanceId);
      if (!terms) return refuse('performance_not_found');
      if (deps.clock.now() >= terms.closesAt) return refuse('sales_closed');
      if (run?.status === 'running') return refuse('crowd_running');
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
      begun.done = lead(deps, begun, terms);
      return ok(view());
    },
  };
}

/** Lets the people come, and waits until the last has gone. Never rejects. */
async function lead(deps: CrowdsDeps, run: Run, terms: SalesTerms): Promise<void> {
  try {
    await letCome(deps, run, terms);
    if (run.status === 'running') run.status = 'done';
  } catch (error) {
    if (run.status === 'running') {
      run.status = 'failed';
      deps.onError(error);
    }
  } finally {
    run.endedAt = deps.clock.now();
  }
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

function viewOf(run: Run | undefined): CrowdView {
  const time = (ms: number | null | undefined) =>
    ms === null || ms === undefined ? null : new Date(ms).toISOString();
  return {
    status: run?.status ?? 'none',
    performanceId: run?.body.performanceId ?? null,
    people: run?.body.people ?? 0,
    startedAt: time(run?.startedAt),
    endedAt: time(run?.endedAt),
    ...(run?.tally ?? new Tally()).view(),
  };
}
