import { randomFillSync } from 'node:crypto';

/** Chance as everything in the project sees it, so that a seed replays a run. */
export type Random = {
  /** `n` fresh random bytes. */
  bytes(n: number): Uint8Array;
  /** An integer from 0 to 2^32 - 1. */
  uint32(): number;
  /** A number in [0, 1) with 53 random bits. */
  float(): number;
  /** An integer from 0 to `n` - 1, each equally likely; `n` from 1 to 2^32. */
  below(n: number): number;
};

const TWO_POW_32 = 2 ** 32;

/** Makes the whole of Random out of 32 random bits at a time. */
function fromUint32(uint32: () => number, bytes: (n: number) => Uint8Array): Random {
  return {
    bytes,
    uint32,
    float: () => ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) / 2 ** 53,
    below(n) {
      if (!Number.isInteger(n) || n < 1 || n > TWO_POW_32) throw new RangeError(`below(${n}): 1 to 2^32`);
      // Values past the last whole multiple of n would favour small results: draw again.
      const limit = TWO_POW_32 - (TWO_POW_32 % n);
      let value = uint32();
      while (value >= limit) value = uint32();
      return value % n;
    },
  };
}

const POOL_BYTES = 16 * 1024;
const pool = Buffer.alloc(POOL_BYTES);
let poolOffset = POOL_BYTES;

/** Reserves `n` bytes of the pool and returns where they begin; filling it seldom makes drawing cheap. */
function drawFromPool(n: number): number {
  if (poolOffset + n > POOL_BYTES) {
    randomFillSync(pool);
    poolOffset = 0;
  }
  const start = poolOffset;
  poolOffset += n;
  return start;
}

function systemUint32(): number {
  return pool.readUInt32LE(drawFromPool(4));
}

function systemBytes(n: number): Uint8Array {
  const result = new Uint8Array(n);
  if (n > POOL_BYTES / 8) return randomFillSync(result);
  const start = drawFromPool(n);
  result.set(pool.subarray(start, start + n));
  // What became a secret shall not lie about in the pool as well.
  pool.fill(0, start, start + n);
  return result;
}

/** Cryptographically strong randomness of the machine. */
export const systemRandom: Random = fromUint32(systemUint32, systemBytes);

/**
 * Randomness that a seed determines: for tests, simulations and demo data, never for secrets.
 * The generator is sfc32 of Chris Doty-Humphrey's PractRand, run in as he does (12 rounds).
 */
export function createSeededRandom(seed: number): Random {
  let a = seed | 0;
  let b = Math.floor(seed / TWO_POW_32) | 0;
  let c = 0;
  let counter = 1;
  const uint32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round++) uint32();
  const bytes = (n: number): Uint8Array => {
    const result = new Uint8Array(n);
    for (let i = 0; i < n; i++) result[i] = uint32() >>> 24;
    return result;
  };
  return fromUint32(uint32, bytes);
}
