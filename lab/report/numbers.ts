import type { Words } from '../words.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export function count(value: number): string {
  return whole.format(value);
}

/** Three digits that matter: 0.042, 7.31, 12.3, 456, 1,234. */
export function brief(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return digits === 0 ? count(value) : value.toFixed(Math.min(digits, 4));
}

/** A round number on an axis: 0.1, 1, 1,000. */
export function tickOf(value: number): string {
  return value < 1 ? String(Number(value.toPrecision(3))) : count(value);
}

export function bytes(value: number): string {
  return value >= 1e9 ? `${(value / 1e9).toFixed(1)} GB` : `${count(value / 1e6)} MB`;
}

/** A text that is the same in both languages. */
export function same(text: string): Words {
  return { en: text, ko: text };
}
