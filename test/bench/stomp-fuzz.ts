/**
 * `npm run bench -- stomp-fuzz [--frames=10000000] [--seed=1]`: mutated frames of STOMP in pieces of any size. It fails
 * where the parser crashes, or makes another thing of the same bytes in other pieces. Prints what it saw, with the memory
 * that is in use after each tenth.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fuzzParser } from '../support/stomp-fuzz.ts';

const TURNS = 10;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const numberOf = (name: string, otherwise: number): number =>
  Number(process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise);
const [frames, seed] = [numberOf('frames', 10_000_000), numberOf('seed', 1)];

let [made, parsed] = [0, 0];
const refused: Record<string, number> = {};
for (let turn = 0; turn < TURNS; turn += 1) {
  const seen = fuzzParser(seed + turn, Math.ceil(frames / TURNS));
  made += seen.made;
  parsed += seen.parsed;
  for (const [code, count] of Object.entries(seen.refused)) refused[code] = (refused[code] ?? 0) + count;
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const usedKb = Math.round((heapUsed + arrayBuffers) / 1_024);
  process.stdout.write(`${JSON.stringify({ made, parsed, refused, usedKb })}\n`);
}
