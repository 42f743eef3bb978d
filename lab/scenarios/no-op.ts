import type { Lab } from '../engine/lab.ts';
import type { Variant } from '../engine/variant.ts';
import type { LoadOrder } from '../load/load-order.ts';
import type { Plan, Scenario } from './scenario.ts';

const METHODS = ['POST', 'GET'] as const;
/** Each brings a token to be looked up: what is set in relation to the no-op is done by as many. */
export const NO_OP_PEOPLE = 10_000;
const NO_OP_PEOPLE_QUICK = 1_000;

/** As many at once as the connections; the load finds the throughput by itself. */
export function closedOrder(lab: Lab, usualMs: number, quickMs: number): LoadOrder {
  const durationMs = lab.options.durationMs ?? (lab.options.quick ? quickMs : usualMs);
  return { loop: 'closed', concurrency: lab.options.connections, durationMs };
}

/**
 * A run of the route that does nothing, by people whose tokens the system has seen: the measure that the
 * other scenarios are set in relation to, on the same server.
 */
export function noOpVariant(
  lab: Lab,
  method: 'GET' | 'POST',
  order: LoadOrder,
  environment: Readonly<Record<string, string>> = {},
): Variant {
  let people: Promise<string> | undefined;
  return {
    name: `no-op ${method}`,
    async prepare(round) {
      const { system } = await lab.system('batch', environment);
      people ??= lab.people(system, lab.options.quick ? NO_OP_PEOPLE_QUICK : NO_OP_PEOPLE);
      const traffic = { kind: 'no-op', method, people: await people } as const;
      const { address } = system;
      if (round === 0) await lab.warmUp({ address, traffic });
      return { address, system, traffic, order };
    },
  };
}

/** What the generator itself can do. */
function bareVariant(lab: Lab, method: 'GET' | 'POST', order: LoadOrder): Variant {
  return {
    name: `bare ${method}`,
    async prepare(round) {
      const address = await lab.bareServer();
      const traffic = { kind: 'bare', method } as const;
      if (round === 0) await lab.warmUp({ address, traffic });
      return { address, traffic, order };
    },
  };
}

export const noOp: Scenario = {
  name: 'no-op',
  title: { en: 'A request that does nothing', ko: '아무 일도 하지 않는 요청' },
  about: {
    en: 'An authenticated route without work, the measure of everything else; and the generator against a bare server, which is its own limit.',
    ko: '인증만 하고 아무 일도 하지 않는 경로로 모든 측정의 기준이 됩니다. 빈 서버를 상대로 한 값은 부하 생성기 자체의 한계입니다.',
  },
  counts: 'answers',
  plan(lab): Promise<Plan> {
    const order = closedOrder(lab, 4_000, 1_000);
    const variants = METHODS.flatMap((method) => [
      noOpVariant(lab, method, order),
      bareVariant(lab, method, order),
    ]);
    const ratios = METHODS.map((method) => ({ of: `no-op ${method}`, to: `bare ${method}` }));
    return Promise.resolve({ variants, ratios });
  },
};
