import type { LiveView } from '../view.ts';
import { OWN_ERRORS, OWN_REPLIES } from './refusals.ts';

/** Who may use a destination, by its name. What no rule allows, nobody may. */
export type DestinationRule = {
  /** `*` stands for one part of a path, `**` at the end for any rest. */
  readonly pattern: string;
  readonly send: boolean;
  readonly subscribe: 'no' | 'all' | 'own-session' | 'own-account';
  /** Bytes that the body of a SEND may have. */
  readonly bodyBytesMax?: number;
  /** Who follows it is known to the others. */
  readonly presence?: boolean;
  /** What is followed there; it decides whether this person may. */
  readonly view?: LiveView;
};

/** `key` is what stands for the `*` of the rule. */
export type DestinationMatch = { readonly rule: DestinationRule; readonly key: string };

const BODY_BYTES_MAX = 65_536;
const DEMO_BODY_BYTES_MAX = 1_048_576;

/** Open in every mode: what a session says to and hears from the server. */
export const SESSION_DESTINATIONS: readonly DestinationRule[] = [
  { pattern: '/app/session', send: true, subscribe: 'no' },
  { pattern: OWN_REPLIES, send: false, subscribe: 'own-session' },
  { pattern: OWN_ERRORS, send: false, subscribe: 'own-session' },
];

/** Who follows `/topic/demo.*`. */
export const DEMO_PRESENCE = '/topic/presence/demo.*';

/** For demonstrations and measurements: anybody who is signed in may use them. */
export const DEMO_DESTINATIONS: readonly DestinationRule[] = [
  {
    pattern: '/topic/demo.**',
    send: true,
    subscribe: 'all',
    bodyBytesMax: DEMO_BODY_BYTES_MAX,
    presence: true,
  },
  { pattern: '/queue/demo.**', send: true, subscribe: 'all', bodyBytesMax: DEMO_BODY_BYTES_MAX },
  { pattern: '/app/demo.sink', send: true, subscribe: 'no', bodyBytesMax: DEMO_BODY_BYTES_MAX },
  { pattern: '/app/demo.echo', send: true, subscribe: 'no', bodyBytesMax: DEMO_BODY_BYTES_MAX },
];

/** Live views are followed, and nobody sends there. */
export function rulesOf(views: readonly LiveView[]): readonly DestinationRule[] {
  return views.map((view) => ({
    pattern: view.destination,
    send: false,
    subscribe: view.destination.startsWith('/user/') ? 'own-account' : 'all',
    view,
  }));
}

type Compiled = { readonly rule: DestinationRule; readonly test: RegExp };

/** Destinations of which it is remembered what was found; at the bound all are forgotten. */
const KNOWN_MAX = 1_000;

/** Looks destinations up in a table of rules; the first that fits counts. */
export class Destinations {
  readonly #rules: readonly Compiled[];
  readonly #known = new Map<string, DestinationMatch>();

  constructor(rules: readonly DestinationRule[]) {
    this.#rules = rules.map((rule) => ({ rule, test: compile(rule.pattern) }));
  }

  ruleFor(destination: string): DestinationRule | undefined {
    return this.match(destination)?.rule;
  }

  match(destination: string): DestinationMatch | undefined {
    const known = this.#known.get(destination);
    if (known !== undefined) return known;
    for (const { rule, test } of this.#rules) {
      const found = test.exec(destination);
      if (found) return this.#know(destination, { rule, key: found[1] ?? '' });
    }
    return undefined;
  }

  #know(destination: string, match: DestinationMatch): DestinationMatch {
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.set(destination, match);
    return match;
  }

  /** How long a body to this destination may be; to an unknown one as long as to any, which is refused later. */
  bodyBytesMax(destination: string | undefined): number {
    const rule = destination === undefined ? undefined : this.ruleFor(destination);
    return rule?.bodyBytesMax ?? BODY_BYTES_MAX;
  }
}

/** Names are of visible ASCII, so that two that look alike are one. */
function compile(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replace(/\*\*$/, '[!-~]{1,200}')
    .replaceAll(/\*(?!\*)/g, '([!-.0-~]{1,64})');
  return new RegExp(`^${source}$`);
}
