/** Which event leads from which state to which. A state that is final may be left out of `edges`. */
export type TransitionTable = {
  readonly initial: string;
  readonly final: readonly string[];
  readonly edges: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

type Values<T> = T[keyof T];
type KeysOfEach<T> = T extends unknown ? keyof T & string : never;

export type StateOf<D extends TransitionTable> =
  | D['initial']
  | D['final'][number]
  | (keyof D['edges'] & string)
  | Values<{ [S in keyof D['edges']]: Values<D['edges'][S]> }>;

export type EventOf<D extends TransitionTable> = KeysOfEach<Values<D['edges']>>;

export type Transitions<S extends string, E extends string> = {
  readonly initial: S;
  readonly states: readonly S[];
  readonly events: readonly E[];
  /** Where `event` leads from `state`, or undefined where it is not allowed. */
  next(state: S, event: E): S | undefined;
  can(state: S, event: E): boolean;
  /** The events that `state` allows. */
  eventsFrom(state: S): readonly E[];
  isFinal(state: S): boolean;
};

function reach(from: Iterable<string>, next: (state: string) => Iterable<string>): Set<string> {
  const seen = new Set(from);
  // A set that grows while it is walked hands out what was added: a breadth-first search.
  for (const state of seen) for (const target of next(state)) seen.add(target);
  return seen;
}

function check(table: TransitionTable, states: ReadonlySet<string>): void {
  const targets = (state: string): string[] => Object.values(table.edges[state] ?? {});
  const reachable = reach([table.initial], targets);
  const unreachable = [...states].filter((state) => !reachable.has(state));
  if (unreachable.length > 0)
    throw new Error(`no way leads from ${table.initial} to ${unreachable.join(', ')}`);

  const sources = (target: string): string[] =>
    [...states].filter((state) => targets(state).includes(target));
  const ending = reach(table.final, sources);
  const endless = [...states].filter((state) => !ending.has(state));
  if (endless.length > 0) throw new Error(`no way leads to a final state from ${endless.join(', ')}`);
}

/**
 * Turns a table of transitions into a lookup, after proving of it that every state can be reached from the
 * initial one and that from every state a final one can be reached. Throws an Error that names the states
 * for which this does not hold.
 */
export function defineTransitions<const D extends TransitionTable>(
  table: D,
): Transitions<StateOf<D>, EventOf<D>> {
  type S = StateOf<D>;
  type E = EventOf<D>;
  const states = new Set<string>([table.initial, ...Object.keys(table.edges)]);
  for (const edges of Object.values(table.edges))
    for (const target of Object.values(edges)) states.add(target);
  for (const state of table.final) states.add(state);
  check(table, states);

  const final = new Set<string>(table.final);
  // Maps, not the objects themselves: a state or event called "constructor" is then simply unknown.
  const lookup = new Map(
    [...states].map((state) => [state, new Map(Object.entries(table.edges[state] ?? {}))] as const),
  );
  const events = new Set([...lookup.values()].flatMap((edges) => [...edges.keys()]));
  const isState = (name: string): name is S => states.has(name);
  const isEvent = (name: string): name is E => events.has(name);

  return {
    initial: table.initial,
    states: [...states].filter(isState),
    events: [...events].filter(isEvent),
    next(state, event) {
      const target = lookup.get(state)?.get(event);
      return target !== undefined && isState(target) ? target : undefined;
    },
    can: (state, event) => lookup.get(state)?.has(event) ?? false,
    eventsFrom: (state) => [...(lookup.get(state)?.keys() ?? [])].filter(isEvent),
    isFinal: (state) => final.has(state),
  };
}
