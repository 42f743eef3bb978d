import type { Lab } from '../engine/lab.ts';
import type { Variant } from '../engine/variant.ts';
import type { LoadOrder } from '../load/load-order.ts';
import { ratioTarget } from '../results/targets.ts';
import { formLine } from './line.ts';
import { closedOrder, NO_OP_PEOPLE, noOpVariant } from './no-op.ts';
import type { Plan, Scenario } from './scenario.ts';

const LINES = [10_000, 100_000, 1_000_000];
const LINES_QUICK = [5_000];
/** Those who ask, as many in every line. */
const POLLERS_MAX = NO_OP_PEOPLE;
const SEATS = 100;
/** A system of its own, which keeps a million in memory and has them checked after each run; it admits nobody. */
const ENVIRONMENT = { ROOM_RATE_PER_SECOND: '0' };

function environmentOf(lab: Lab): Readonly<Record<string, string>> {
  return lab.options.quick ? {} : ENVIRONMENT;
}

type Line = { readonly length: number; readonly performanceId: string; readonly people: string };

/**
 * Lines of these lengths. Where all who stand in lines also ask, they join over HTTP, as in life; as soon as one line
 * is longer, all are filled while the system is stopped, by its own code, and read when it starts again.
 */
async function formLines(lab: Lab, lengths: readonly number[]): Promise<readonly Line[]> {
  const { system, venue } = await lab.system('batch', environmentOf(lab));
  const lines: Line[] = [];
  if (!system.whileStopped || lengths.every((length) => length <= POLLERS_MAX)) {
    for (const length of lengths)
      lines.push({ length, ...(await formLine(lab, length, environmentOf(lab))) });
    return lines;
  }
  const ids: string[] = [];
  for (const _ of lengths) ids.push(await venue.putOn(SEATS));
  for (const id of ids) await venue.setRoom(id, { ratePerSecond: 0 });
  await system.whileStopped(async () => {
    for (const [no, performanceId] of ids.entries()) {
      const lineLength = lengths[no]!;
      const count = Math.min(lineLength, POLLERS_MAX);
      const people = await lab.peopleInLine(system, { performanceId, lineLength, count });
      lines.push({ length: lineLength, performanceId, people });
    }
  });
  return lines;
}

function pollVariant(lab: Lab, { length, ...line }: Line, order: LoadOrder): Variant {
  return {
    name: nameOf(length),
    async prepare() {
      const { system } = await lab.system('batch', environmentOf(lab));
      const { address } = system;
      const traffic = { kind: 'poll', ...line, count: Math.min(length, POLLERS_MAX) } as const;
      // People who wait have asked before.
      return { address, system, before: [{ ...traffic, once: true }], traffic, order };
    },
  };
}

function nameOf(length: number): string {
  return `poll, ${length} in line`;
}

export const poll: Scenario = {
  name: 'poll',
  title: { en: 'Asking for the position', ko: '순번 조회' },
  about: {
    en: 'People in line ask where they stand, with lines of different length: the exact position must not cost more the longer the line is. Those who ask are up to 10,000 different people, spread evenly over the line.',
    ko: '길이가 다른 대기열에서 사람들이 자기 순번을 묻습니다. 줄이 길어져도 정확한 순번 조회의 비용이 늘지 않아야 합니다. 묻는 사람은 줄 전체에 고르게 퍼진 서로 다른 사람 최대 1만 명입니다.',
  },
  counts: 'answers',
  async plan(lab): Promise<Plan> {
    const { users, quick } = lab.options;
    const order = closedOrder(lab, 4_000, 1_000);
    const lengths = users === undefined ? (quick ? LINES_QUICK : LINES) : [users];
    const lines = await formLines(lab, lengths);
    const variants = [
      noOpVariant(lab, 'GET', order, environmentOf(lab)),
      ...lines.map((line) => pollVariant(lab, line, order)),
    ];
    const [shortest, ...longer] = lengths.map(nameOf);
    const ratios = [
      ...lengths.map((length) => ({ of: nameOf(length), to: 'no-op GET' })),
      ...longer.map((name) => ({ of: name, to: shortest! })),
    ];
    const targets = [
      ...lengths.map((length) => ratioTarget(`${nameOf(length)} / no-op GET`, 0.8)),
      ...longer.map((name) => ratioTarget(`${name} / ${shortest}`, 0.9)),
    ];
    return { variants, ratios, targets };
  },
};
