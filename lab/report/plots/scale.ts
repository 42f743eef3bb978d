/** From a value to a place in a picture. */
export type Scale = { at(value: number): number; readonly ticks: readonly number[] };

/** From 0 to a round number above `max`. */
export function linearScale(max: number, from: number, to: number): Scale {
  const step = roundStep(max > 0 ? max : 1);
  const steps = Math.max(1, Math.ceil((max > 0 ? max : 1) / step - 1e-9));
  const top = step * steps;
  return {
    at: (value) => from + ((to - from) * value) / top,
    ticks: Array.from({ length: steps + 1 }, (_, no) => no * step),
  };
}

/** 1, 2 or 5 times a power of ten, so that there are three to six of them. */
function roundStep(max: number): number {
  const power = 10 ** Math.floor(Math.log10(max / 3));
  const factor = [1, 2, 5, 10].find((its) => max / (its * power) <= 6) ?? 10;
  return factor * power;
}

/** Whole powers of ten around all the values. Values below the least are drawn at it. */
export function logScale(values: readonly number[], from: number, to: number): Scale {
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...positive, 1)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive, 1))));
  return {
    at: (value) => from + ((to - from) * (Math.log10(Math.max(value, 10 ** low)) - low)) / (high - low),
    ticks: Array.from({ length: high - low + 1 }, (_, no) => 10 ** (low + no)),
  };
}
