import { availableParallelism } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { LabOptions } from './engine/lab-options.ts';

export type LabCommand =
  | { readonly do: 'list' }
  | { readonly do: 'compare'; readonly files: readonly [string, string] }
  | {
      readonly do: 'run';
      /** By name; `all` stands for every one. */
      readonly scenarios: readonly string[];
      readonly options: LabOptions;
      readonly json?: string;
      readonly html?: string;
      /** A stored run that this one is held to. */
      readonly baseline?: string;
    };

/** What was typed cannot be carried out; the message says why in one line. */
export class UsageError extends Error {}

const CONNECTIONS = 512;

/** @throws UsageError */
export function readCommandLine(words: readonly string[]): LabCommand {
  const { values, positionals } = parse(words);
  const [first] = positionals;
  if (first === undefined || values.help) return { do: 'list' };
  if (first === 'compare') {
    const [, one, other, ...more] = positionals;
    if (one === undefined || other === undefined || more.length > 0)
      throw new UsageError('compare needs two files of results.');
    return { do: 'compare', files: [one, other] };
  }
  const { json, html, baseline, against, strategy, profile } = values;
  if (profile && against !== undefined)
    throw new UsageError('--profile needs a system that the lab starts itself.');
  const options: LabOptions = {
    quick: values.quick ?? false,
    generators: numberOf('--generators', values.generators) ?? Math.max(1, availableParallelism() >> 1),
    connections: numberOf('--connections', values.connections) ?? CONNECTIONS,
    ...defined('users', numberOf('--users', values.users)),
    ...defined('repeats', numberOf('--repeats', values.repeats)),
    ...defined('durationMs', durationOf(values.duration)),
    ...defined('strategy', strategy),
    ...defined('profileDir', profile ? profilesOf(html ?? json) : undefined),
    ...defined('against', against === undefined ? undefined : addressOf(against)),
  };
  return {
    do: 'run',
    scenarios: positionals,
    options,
    ...defined('json', json),
    ...defined('html', html),
    ...defined('baseline', baseline),
  };
}

function parse(words: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        users: text,
        strategy: text,
        duration: text,
        repeats: text,
        quick: { type: 'boolean' },
        against: text,
        profile: { type: 'boolean' },
        json: text,
        html: text,
        baseline: text,
        generators: text,
        connections: text,
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** `report-profiles` beside `report.html`. */
function profilesOf(file = 'lab'): string {
  return join(dirname(file), `${basename(file, extname(file))}-profiles`);
}

function numberOf(name: string, word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  if (!/^[1-9]\d{0,7}$/.test(word))
    throw new UsageError(`${name} must be a whole number from 1, not ${word}.`);
  return Number(word);
}

/** Such as `10s`, `500ms`, `2m`; a bare number is seconds. */
function durationOf(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  const found = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(word);
  const ms = Number(found?.[1]) * { ms: 1, s: 1_000, m: 60_000 }[(found?.[2] ?? 's') as 'ms' | 's' | 'm'];
  if (!(ms >= 100)) throw new UsageError(`--duration must be a time such as 10s or 500ms, not ${word}.`);
  return ms;
}

function addressOf(word: string): string {
  if (!/^http:\/\/[^/]+\/?$/.test(word))
    throw new UsageError(`--against must be an address such as http://127.0.0.1:8080, not ${word}.`);
  return word;
}

/** A property that is left out where it has no value. */
function defined<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: V });
}
