/**
 * `npm run bench -- bounded-map [--save]`: our bounded map beside lru-cache, in one process and in turn, at the sizes that
 * are used: 30,000 tokens of a demonstration, 200,000 of a crowd. Prints medians and ratios (lru-cache over ours; above 1
 * ours is the smaller); `--save` keeps them as the baseline.
 */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LRUCache } from 'lru-cache';
import { BoundedMap } from '../../src/kernel/bounded-map.ts';
import { systemClock } from '../../src/kernel/clock.ts';

const BASELINE = new URL('../../lab/baselines/bounded-map.json', import.meta.url);
const SIZES = [30_000, 200_000];
const ROUNDS = 15;
const OPERATIONS = 100_000;
/** What is signed of a token, and its signature: lookups of requests hash as many fresh characters. */
const [SIGNED_LENGTH, SIGNATURE] = [420, `.${'s'.repeat(86)}`];
const TTL_MS = 3_600_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

type Value = { readonly accountId: string; readonly signature: string };
type Candidate = {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
};

const candidates: Readonly<Record<'ours' | 'lruCache', (maxEntries: number) => Candidate>> = {
  ours(maxEntries) {
    const map = new BoundedMap<string, Value>({ maxEntries, clock: systemClock });
    return {
      get: (key) => map.get(key),
      set: (key, value) => map.set(key, value, systemClock.now() + TTL_MS),
    };
  },
  // Without its own memory of the time, which is as old as a timer that it sets for it: ours asks each time, too.
  lruCache(max) {
    const cache = new LRUCache<string, Value>({ max, ttlResolution: 0, perf: systemClock });
    return { get: (key) => cache.get(key), set: (key, value) => void cache.set(key, value, { ttl: TTL_MS }) };
  },
};
type Name = keyof typeof candidates;
const names: readonly Name[] = ['ours', 'lruCache'];
type Pair = Record<Name, number>;

const result = {
  bench: 'bounded-map',
  node: process.version,
  cores: availableParallelism(),
  sizes: Object.fromEntries(SIZES.map((size) => [size, measure(size)])),
};
const text = `${JSON.stringify(result, null, 2)}\n`;
process.stdout.write(text);
if (process.argv.includes('--save')) await writeFile(BASELINE, text);

function measure(size: number): object {
  const keys = Array.from({ length: size + OPERATIONS }, (_, no) => keyOf(no));
  const values = keys.map((key): Value => ({ accountId: key.slice(0, 36), signature: SIGNATURE }));
  const tokens = keys.slice(0, size).map((key) => Buffer.from(key + SIGNATURE));
  const fill = (candidate: Candidate) => {
    for (let no = 0; no < size; no++) candidate.set(keys[no]!, values[no]!);
    return candidate;
  };
  const memory = inTurn((name) => {
    const before = heldBytes();
    const filled = fill(candidates[name](size));
    const after = heldBytes();
    assertHas(filled, keys[size - 1]!);
    return (after - before) / size;
  });
  const pauses = inTurn((name) => {
    const filled = fill(candidates[name](size));
    collect();
    const pauseMs = timed(collect);
    assertHas(filled, keys[size - 1]!);
    return pauseMs;
  });
  const filled = { ours: fill(candidates.ours(size)), lruCache: fill(candidates.lruCache(size)) };
  // A step that shares no factor with the size visits all of them before any twice.
  const step = Math.floor(size * 0.618) | 1;
  const hits = inTurn((name) => {
    const candidate = filled[name];
    return perOperation(() => {
      for (let no = 0; no < OPERATIONS; no++) assertHas(candidate, keys[(no * step) % size]!);
    });
  });
  const freshHits = inTurn((name) => {
    const candidate = filled[name];
    const fresh = Array.from({ length: 20_000 }, (_, no) => tokens[(no * step) % size]!.toString('latin1'));
    return (
      perOperation(() => {
        for (const token of fresh) assertHas(candidate, token.slice(0, -SIGNATURE.length));
      }) *
      (OPERATIONS / fresh.length)
    );
  });
  const evictions = inTurn((name) => {
    const candidate = fill(candidates[name](size));
    return perOperation(() => {
      for (let no = size; no < size + OPERATIONS; no++) candidate.set(keys[no]!, values[no]!);
    });
  });
  const empty = inTurn((name) => {
    const before = heldBytes();
    const candidate = candidates[name](size);
    const bytes = heldBytes() - before;
    if (candidate.get('') !== undefined) throw new Error('what is empty has something');
    return bytes / 1024;
  });
  return {
    hitNs: compared(hits),
    freshTokenHitNs: compared(freshHits),
    setWithEvictionNs: compared(evictions),
    bytesPerEntry: compared(memory),
    emptyKb: compared(empty),
    fullCollectionMs: compared(pauses),
  };
}

function keyOf(no: number): string {
  return Buffer.from(
    String(no)
      .padStart(9, '0')
      .repeat(SIGNED_LENGTH / 9 + 1),
  ).toString('latin1', 0, SIGNED_LENGTH);
}

function assertHas(candidate: Candidate, key: string): void {
  if (candidate.get(key) === undefined) throw new Error(`${key.slice(0, 9)} is not found`);
}

/** Rounds of one after the other, so that what the machine does meanwhile meets both. @returns the median of each */
function inTurn(run: (name: Name) => number): Pair {
  const samples: Record<Name, number[]> = { ours: [], lruCache: [] };
  for (let round = 0; round < ROUNDS; round++) for (const name of names) samples[name].push(run(name));
  const median = (name: Name) => samples[name].toSorted((a, b) => a - b)[ROUNDS >> 1]!;
  return { ours: median('ours'), lruCache: median('lruCache') };
}

/** What is held after two collections: the first may leave what has finalizers. */
function heldBytes(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function timed(run: () => void): number {
  const startedAt = performance.now();
  run();
  return performance.now() - startedAt;
}

/** Processor time of this thread, which other programs hardly change; in ns. */
function perOperation(run: () => void): number {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return ((user + system) * 1e3) / OPERATIONS;
}

function compared({ ours, lruCache }: Pair): object {
  const rounded = (value: number) => Math.round(value * 100) / 100;
  return { ours: rounded(ours), lruCache: rounded(lruCache), ratio: rounded(lruCache / ours) };
}
