import type { Words } from '../words.ts';
import type { Usage } from './usage.ts';

/** Where the limit lay. `machine`: all processors were busy with it; `others`: with other programs as well; `none`: the load was sustained; `waiting`: nobody was busy. */
export type BottleneckPart =
  | 'generator'
  | 'server'
  | 'postgres'
  | 'machine'
  | 'others'
  | 'none'
  | 'waiting'
  | 'unknown';

export type Bottleneck = { readonly part: BottleneckPart; readonly reason: Words };

export type BottleneckEvidence = {
  readonly usage: readonly Usage[];
  /** Processors of the machine. */
  readonly cores: number;
  readonly perSecond: number;
  /** What the same generator does against a server that does nothing; undefined where it was not measured. */
  readonly generatorPerSecond?: number | undefined;
  /** How late requests left for reasons of the generator, 99th percentile; of open loads only. */
  readonly sendDelayMs?: number | undefined;
  /** Open loads: what was offered. */
  readonly offeredPerSecond?: number | undefined;
};

/** A thread that was busy for this share of the time had hardly a pause. */
const THREAD_BUSY = 0.85;
const MACHINE_BUSY = 0.92;
/** Beyond this share of its own limit the generator is measured as much as the system. */
const GENERATOR_SHARE_MAX = 0.85;
const SEND_DELAY_MS_MAX = 10;
const SUSTAINED = 0.97;
/** Other programs that take this share of the machine are a part of what was measured. */
const OTHERS_SHARE = 0.15;

/** Says what limited a load, from what each process used. The reason carries the figures it was drawn from. */
export function findBottleneck(evidence: BottleneckEvidence): Bottleneck {
  const { usage, cores, perSecond, offeredPerSecond } = evidence;
  const total = usage.reduce((sum, its) => sum + its.cores, 0);
  const isFull = total >= cores * MACHINE_BUSY;
  const generator = ofGenerator(evidence, isFull);
  if (generator) return generator;
  const used = usage.map(({ group, cores: its }) => `${group} ${its.toFixed(2)}`).join(', ');
  const because = (part: BottleneckPart, en: string, ko: string): Bottleneck => ({
    part,
    reason: { en: `${en} (cores: ${used})`, ko: `${ko} (코어: ${used})` },
  });
  if (offeredPerSecond !== undefined && perSecond >= offeredPerSecond * SUSTAINED)
    return because('none', 'everything that was offered was answered', '보낸 요청에 모두 응답함');
  const busiest = (group: Usage['group']) => usage.find((its) => its.group === group)?.busiestCores ?? 0;
  const server = percent(busiest('server'));
  if (busiest('server') >= THREAD_BUSY)
    return because(
      'server',
      `its event loop ran ${server} of the time`,
      `이벤트 루프가 ${server}의 시간 동안 돌아감`,
    );
  const backend = percent(busiest('postgres'));
  if (busiest('postgres') >= THREAD_BUSY)
    return because(
      'postgres',
      `one of its backends ran ${backend} of the time`,
      `백엔드 하나가 ${backend}의 시간 동안 돌아감`,
    );
  const others = usage.find((its) => its.group === 'others')?.cores ?? 0;
  if (isFull && others >= cores * OTHERS_SHARE)
    return because(
      'others',
      `other programs used ${others.toFixed(2)} of the ${cores} processors, which were all busy`,
      `프로세서 ${cores}개가 모두 바빴고 그중 ${others.toFixed(2)}개를 다른 프로그램이 씀`,
    );
  if (isFull)
    return because('machine', `all ${cores} processors were busy`, `프로세서 ${cores}개가 모두 바쁨`);
  if (usage.every((its) => its.group === 'generator' || its.group === 'others'))
    return because('unknown', 'no process of a system was watched', '시스템 프로세스를 보지 않음');
  const share = `${total.toFixed(2)} / ${cores}`;
  return because(
    'waiting',
    `${share} cores were used: the rest is waiting, on locks, commits or other programs`,
    `코어 ${share}개만 씀. 나머지는 락, 커밋, 다른 프로그램을 기다림`,
  );
}

/** Where all processors are busy, a generator that is late says nothing of itself: it had to wait for one. */
function ofGenerator(evidence: BottleneckEvidence, isFull: boolean): Bottleneck | undefined {
  const { usage, perSecond, generatorPerSecond, sendDelayMs } = evidence;
  const because = (en: string, ko: string): Bottleneck => ({ part: 'generator', reason: { en, ko } });
  const busiest = usage.find((its) => its.group === 'generator')?.busiestCores ?? 0;
  if (generatorPerSecond !== undefined && perSecond > generatorPerSecond * GENERATOR_SHARE_MAX) {
    const share = percent(perSecond / generatorPerSecond);
    const rate = `${perSecond.toFixed(0)}/s`;
    return because(
      `${rate} is ${share} of what it does against a bare server`,
      `${rate}는 빈 서버 상대 한계의 ${share}`,
    );
  }
  if (busiest >= THREAD_BUSY)
    return because(
      `one of its processes ran ${percent(busiest)} of the time`,
      `생성기 프로세스 하나가 ${percent(busiest)}의 시간 동안 돌아감`,
    );
  if (!isFull && sendDelayMs !== undefined && sendDelayMs > SEND_DELAY_MS_MAX) {
    const late = `${sendDelayMs.toFixed(1)} ms`;
    return because(`it sent 1% of the requests ${late} late or more`, `요청의 1%를 ${late} 이상 늦게 보냄`);
  }
  return undefined;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)}%`;
}
