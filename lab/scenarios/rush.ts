import type { Lab } from '../engine/lab.ts';
import type { Variant } from '../engine/variant.ts';
import { planOf } from '../load/arrivals.ts';
import type { Plan, Scenario } from './scenario.ts';

/** A process holds 20,000 descriptors on some machines, and root cannot raise it. */
const PEOPLE = 15_000;
const ARRIVAL_MS = 1_000;
const SEATS = 100;

function rushVariant(lab: Lab, people: number): Variant {
  return {
    name: `${people} new connections in a second`,
    async prepare() {
      const { system, hall } = await lab.system();
      const performanceId = await hall.putOn(SEATS);
      const file = await lab.people(system, people);
      return {
        address: system.address,
        system,
        before: [{ kind: 'no-op', method: 'GET', people: file, once: true }],
        traffic: { kind: 'join', performanceId, people: file, count: people },
        order: { loop: 'open', arrivals: planOf('constant', (people * 1_000) / ARRIVAL_MS, ARRIVAL_MS) },
        connections: people,
        cold: true,
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

export const rush: Scenario = {
  name: 'rush',
  title: { en: 'The line opens', ko: '대기열이 열리는 순간' },
  about: {
    en: 'Everybody connects and joins within one second, each on a new connection. Nobody may be lost: all of them are in line at the end, and everyone was answered.',
    ko: '모든 사람이 1초 안에 각자 새 연결로 접속해 줄을 섭니다. 아무도 사라지면 안 됩니다. 끝났을 때 모두 대기열에 있어야 하고 모두 응답을 받아야 합니다.',
  },
  counts: 'successes',
  long: true,
  plan: (lab): Promise<Plan> => {
    const { users = PEOPLE } = lab.options;
    const people = users - (users % lab.options.generators);
    return Promise.resolve({ variants: [rushVariant(lab, people)] });
  },
};
