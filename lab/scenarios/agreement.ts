import { readFile } from 'node:fs/promises';
import type { Lab } from '../engine/lab.ts';
import type { Variant } from '../engine/variant.ts';
import { planOf } from '../load/arrivals.ts';
import type { Stalls } from '../load/bare-server-process.ts';
import { runProber } from '../probe/run-prober.ts';
import { agreementTarget } from '../results/targets.ts';
import type { Plan, Scenario } from './scenario.ts';

const PER_SECOND = 1_000;
const DURATION_MS = 5_000;
const DURATION_QUICK_MS = 2_000;
const PROBER = 'the independent prober';
const STALLING = 'a server that stalls';
const SYSTEM = 'no-op of the system';
/** Whole numbers of seconds meet as many stalls, whenever they begin. */
const STALLS: Stalls = { delayMs: 50, stallMs: 200, everyMs: 1_000 };
const PEOPLE = 100;

function loadOf(lab: Lab) {
  const durationMs = lab.options.quick ? DURATION_QUICK_MS : DURATION_MS;
  const order = { loop: 'open', arrivals: planOf('constant', PER_SECOND, durationMs) } as const;
  return { durationMs, order };
}

function stallingVariant(lab: Lab): Variant {
  const { durationMs, order } = loadOf(lab);
  return {
    name: STALLING,
    async prepare(round) {
      const address = await lab.stallingServer(STALLS);
      const traffic = { kind: 'bare', method: 'GET' } as const;
      if (round === 0) await lab.warmUp({ address, traffic });
      const seen = await runProber({ url: `${address}/`, perSecond: PER_SECOND, durationMs });
      return { address, traffic, order, shownBeside: { [PROBER]: seen.encode() } };
    },
  };
}

function systemVariant(lab: Lab): Variant {
  const { durationMs, order } = loadOf(lab);
  let people: Promise<string> | undefined;
  return {
    name: SYSTEM,
    async prepare(round) {
      const { system } = await lab.system();
      const { address } = system;
      people ??= lab.people(system, PEOPLE);
      const file = await people;
      const traffic = { kind: 'no-op', method: 'GET', people: file } as const;
      if (round === 0) await lab.warmUp({ address, traffic });
      const [line = ''] = (await readFile(file, 'utf8')).split('\n', 1);
      const { accessToken } = JSON.parse(line) as { accessToken: string };
      const url = `${address}/v1/lab/no-op`;
      const seen = await runProber({ url, perSecond: PER_SECOND, durationMs, accessToken });
      return { address, system, traffic, order, shownBeside: { [PROBER]: seen.encode() } };
    },
  };
}

export const agreement: Scenario = {
  name: 'agreement',
  title: { en: 'A second opinion on latencies', ko: '지연 측정의 교차 확인' },
  about: {
    en: 'The generator and a prober that shares no code with it ask in turn at the same constant rate, and both count from the moment at which a request was meant to leave: a server that takes 50 ms for each answer and stands still for 200 ms of every second, and the system. On the first the figures of the two are to agree within 10%; on the second, where answers take less than a timer can tell, they stand side by side.',
    ko: '부하 생성기와, 코드를 전혀 공유하지 않는 측정기가 같은 일정한 속도로 번갈아 묻고, 둘 다 보내려던 순간부터 잽니다. 응답마다 50 ms가 걸리고 매초 200 ms씩 멈추는 서버에서는 두 값이 10% 안에서 같아야 합니다. 타이머보다 짧게 걸리는 시스템의 값은 나란히 보여 줍니다.',
  },
  counts: 'answers',
  long: true,
  plan(lab): Promise<Plan> {
    const targets = (['p50', 'p90', 'p99', 'p999'] as const).map((percentile) =>
      agreementTarget(STALLING, percentile, { step: PROBER, limit: 1.1 }),
    );
    return Promise.resolve({ variants: [stallingVariant(lab), systemVariant(lab)], targets });
  },
};
