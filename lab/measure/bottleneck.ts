import type { Usage } from './usage.ts';

/** Where the limit lay. `machine`: all processors were busy; `none`: the load was borne; `waiting`: nobody was busy. */
export type BottleneckPart = 'generator' | 'server' | 'postgres' | 'machine' | 'none' | 'waiting' | 'unknown';

export type Bottleneck = { readonly part: BottleneckPart; readonly reason: string };

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
const BORNE = 0.97;

/** Says what limited a load, from what each process used. The reason carries the figures it was drawn from. */
export function findBottleneck(evidence: BottleneckEvidence): Bottleneck {
  const { usage, cores, perSecond, offeredPerSecond } = evidence;
  const generator = ofGenerator(evidence);
  if (generator) return generator;
  const used = usage.map(({ group, cores: its }) => `${group} ${its.toFixed(2)}`).join(', ');
  const total = usage.reduce((sum, its) => sum + its.cores, 0);
  if (offeredPerSecond !== undefined && perSecond >= offeredPerSecond * BORNE)
    return { part: 'none', reason: `everything that was offered was answered (cores: ${used})` };
  const busiest = (group: Usage['group']) => usage.find((its) => its.group === group)?.busiestCores ?? 0;
  if (busiest('server') >= THREAD_BUSY)
    return {
      part: 'server',
      reason: `its event loop ran ${percent(busiest('server'))} of the time (cores: ${used})`,
    };
  if (busiest('postgres') >= THREAD_BUSY)
    return {
      part: 'postgres',
      reason: `one of its backends ran ${percent(busiest('postgres'))} of the time (cores: ${used})`,
    };
  if (total >= cores * MACHINE_BUSY)
    return { part: 'machine', reason: `all ${cores} processors were busy (cores: ${used})` };
  if (usage.every((its) => its.group === 'generator'))
    return { part: 'unknown', reason: 'the processes of the system were not watched' };
  return {
    part: 'waiting',
    reason: `${total.toFixed(2)} of ${cores} cores were used (${used}): the rest is waiting, on locks, commits or other programs`,
  };
}

function ofGenerator(evidence: BottleneckEvidence): Bottleneck | undefined {
  const { usage, perSecond, generatorPerSecond, sendDelayMs } = evidence;
  const busiest = usage.find((its) => its.group === 'generator')?.busiestCores ?? 0;
  if (generatorPerSecond !== undefined && perSecond > generatorPerSecond * GENERATOR_SHARE_MAX)
    return {
      part: 'generator',
      reason: `${perSecond.toFixed(0)}/s is ${percent(perSecond / generatorPerSecond)} of what it does against a bare server`,
    };
  if (busiest >= THREAD_BUSY)
    return { part: 'generator', reason: `one of its processes ran ${percent(busiest)} of the time` };
  if (sendDelayMs !== undefined && sendDelayMs > SEND_DELAY_MS_MAX)
    return {
      part: 'generator',
      reason: `it sent 1% of the requests ${sendDelayMs.toFixed(1)} ms late or more`,
    };
  return undefined;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)}%`;
}
