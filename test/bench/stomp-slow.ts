/**
 * `npm run bench -- stomp-slow [--rounds=5] [--seconds=10] [--save]`: what the subscribers of a topic and the server's
 * memory notice of others that stop reading, come back when they are ended for it, and stop again. The control is the
 * same with as many that read, in turns.
 */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { ratioOf, spreadOf } from '../../lab/measure/statistics.ts';
import { measureOne, residentKb, SERVERS } from '../support/stomp-bench/servers.ts';

const BASELINE = new URL('../../lab/baselines/stomp-slow.json', import.meta.url);
const AUDIENCE = { subscribers: 50, ratePerSecond: 200, bodyBytes: 4_096 };
const STALLED = 5;
const LOOK_MS = 50;

type Figures = {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly ended: number;
  readonly mbMore: number;
};

const numberOf = (name: string, otherwise: number): number =>
  Number(process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise);
const [rounds, seconds] = [numberOf('rounds', 5), numberOf('seconds', 10)];

const runs = { control: new Map<number, Figures>(), slow: new Map<number, Figures>() };
for (let round = 0; round < rounds; round += 1) {
  runs.control.set(round, await measure(0));
  runs.slow.set(round, await measure(STALLED));
  process.stderr.write(
    `round ${round + 1}: ${JSON.stringify({ control: runs.control.get(round), slow: runs.slow.get(round) })}\n`,
  );
}
const p99 = (figures: ReadonlyMap<number, Figures>) =>
  new Map([...figures].map(([round, { p99Ms }]): [number, number] => [round, p99Ms]));
const result = {
  bench: 'stomp-slow',
  node: process.version,
  cores: availableParallelism(),
  rounds,
  ...AUDIENCE,
  stalled: STALLED,
  control: mediansOf(runs.control),
  slow: mediansOf(runs.slow),
  p99Ratio: ratioOf(p99(runs.slow), p99(runs.control)),
};
const text = `${JSON.stringify(result, null, 2)}\n`;
process.stdout.write(text);
if (process.argv.includes('--save')) await writeFile(BASELINE, text);

async function measure(stalled: number): Promise<Figures> {
  const server = await SERVERS['firstcome']!();
  try {
    await server.settle();
    const before = residentKb(server.pid);
    let most = before;
    const timer = setInterval(() => {
      most = Math.max(most, residentKb(server.pid));
    }, LOOK_MS);
    const order = {
      place: server.place,
      pid: server.pid,
      measure: { kind: 'audience', ...AUDIENCE, stalled },
      seconds,
    } as const;
    const seen = (await measureOne(order)) as Omit<Figures, 'mbMore'>;
    clearInterval(timer);
    return { ...seen, mbMore: Math.round((most - before) / 1_024) };
  } finally {
    await server.stop();
  }
}

function mediansOf(figures: ReadonlyMap<number, Figures>): Record<string, number> {
  const keys = ['p50Ms', 'p99Ms', 'ended', 'mbMore'] as const;
  const all = [...figures.values()];
  return Object.fromEntries(keys.map((key) => [key, spreadOf(all.map((one) => one[key])).median]));
}
