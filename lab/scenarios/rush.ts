import type { Lab } from '../engine/lab.ts';
import type { PreparedRun, Variant } from '../engine/variant.ts';
import { planOf } from '../load/arrivals.ts';
import type { Plan, Scenario } from './scenario.ts';

/** A process holds 20,000 descriptors on some machines, and root cannot raise it. */
const NEWCOMERS = 15_000;
const NEWCOMERS_QUICK = 2_000;
const SECOND_MS = 1_000;
/** Opening a connection costs the generator about 120 µs: one process alone would take two seconds for all. */
const NEWCOMERS_GENERATORS = 2;
const SEATS = 100;

/** People whose connections are there already, as a page keeps them. */
const CROWD = 200_000;
const CROWD_QUICK = 10_000;
const CROWD_PER_SECOND = 20_000;
const CROWD_CONNECTIONS = 1_000;
/** Anyone who comes faster than they are served waits, and is to be served all the same. */
const CROWD_DRAIN_MS = 180_000;
/** The system has seen the tokens of all of them. */
const ENVIRONMENT = { REMEMBERED_TOKENS_MAX: '250000' };

type Rush = {
  readonly name: string;
  readonly people: number;
  readonly load: Pick<PreparedRun, 'order' | 'connections' | 'generators' | 'cold' | 'drainMs'>;
};

function newcomers(people: number, generators: number): Rush {
  const arrivals = planOf('constant', (people * 1_000) / SECOND_MS, SECOND_MS);
  return {
    name: `${people} new connections in a second`,
    people,
    load: {
      order: { loop: 'open', arrivals },
      connections: people,
      generators,
      cold: true,
    },
  };
}

function crowd(people: number): Rush {
  const durationMs = (people * 1_000) / CROWD_PER_SECOND;
  const arrivals = planOf('constant', CROWD_PER_SECOND, durationMs);
  return {
    name: `${people} people in ${(durationMs / 1_000).toFixed(1)} s on open connections`,
    people,
    load: {
      order: { loop: 'open', arrivals },
      connections: CROWD_CONNECTIONS,
      drainMs: CROWD_DRAIN_MS,
    },
  };
}

function rushVariant(lab: Lab, { name, people, load }: Rush): Variant {
  return {
    name,
    async prepare() {
      const { system, venue } = await lab.system('batch', ENVIRONMENT);
      const performanceId = await venue.putOn(SEATS);
      const file = await lab.people(system, people);
      return {
        address: system.address,
        system,
        before: [{ kind: 'no-op', method: 'GET', people: file, once: true }],
        traffic: { kind: 'join', performanceId, people: file, count: people },
        ...load,
        count: (truth) => truth.numbersGiven,
        expect: (successes) => ({
          name: 'lab_nobody_is_lost',
          ok: successes === people || lab.signal.aborted,
          detail: `${successes} of ${people} are in line`,
        }),
      };
    },
  };
}

/** The same against a server that only answers: what is slow here is the generator, and the machine. */
function bareVariant(lab: Lab, { name, load }: Rush): Variant {
  return {
    name: `bare: ${name}`,
    async prepare() {
      return { address: await lab.bareServer(), traffic: { kind: 'bare', method: 'POST' }, ...load };
    },
  };
}

export const rush: Scenario = {
  name: 'rush',
  title: { en: 'The line opens', ko: '대기열이 열리는 순간' },
  about: {
    en: 'Everybody connects and joins within one second, each on a new connection; then many more come within ten seconds over connections that are open. Nobody may be lost: all of them are in line at the end, and everyone was answered. The same against a bare server shows what of it is the generator and the machine.',
    ko: '모든 사람이 1초 안에 각자 새 연결로 접속해 줄을 섭니다. 이어서 훨씬 많은 사람이 10초 동안 이미 열린 연결로 들어옵니다. 아무도 사라지면 안 됩니다. 끝났을 때 모두 대기열에 있어야 하고 모두 응답을 받아야 합니다. 빈 서버를 상대로 한 같은 부하는 생성기와 기계의 몫을 보여 줍니다.',
  },
  counts: 'successes',
  long: true,
  plan: (lab): Promise<Plan> => {
    const { users, quick, generators } = lab.options;
    const shared = (people: number, of: number) => people - (people % of);
    const openers = Math.max(generators, NEWCOMERS_GENERATORS);
    const rushes = [
      newcomers(shared(users ?? (quick ? NEWCOMERS_QUICK : NEWCOMERS), openers), openers),
      crowd(shared(users ?? (quick ? CROWD_QUICK : CROWD), generators)),
    ];
    const variants = rushes.flatMap((its) => [bareVariant(lab, its), rushVariant(lab, its)]);
    return Promise.resolve({ variants });
  },
};
