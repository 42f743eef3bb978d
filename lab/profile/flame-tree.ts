import type { CpuProfile, ProfileNode } from './inspector.ts';

/** Time of a function where it was called from here; calls from other lines of the same caller are in one. */
export type Flame = {
  /** Function and file. */
  readonly name: string;
  /** In its own code, and with all that it called, in µs. */
  selfUs: number;
  totalUs: number;
  readonly children: Map<string, Flame>;
};

/** What was not running: these are V8's names for it. */
const IDLE = '(idle)';

/** Adds up the samples of a profile into one tree. Idle time is left out: it says how busy, not where. */
export function flameTree(profile: CpuProfile): Flame {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const selfUs = new Map<number, number>();
  for (const [no, id] of profile.samples.entries())
    selfUs.set(id, (selfUs.get(id) ?? 0) + Math.max(0, profile.timeDeltas[no] ?? 0));
  const root: Flame = { name: 'all', selfUs: 0, totalUs: 0, children: new Map() };
  const top = profile.nodes[0];
  for (const id of top?.children ?? []) grow(root, byId.get(id), { byId, selfUs });
  root.totalUs = sumOf(root);
  return root;
}

/** Functions by the time in their own code, wherever they were called from; the longest first. */
export function hottest(
  root: Flame,
  count: number,
): readonly { readonly name: string; readonly selfUs: number }[] {
  const byName = new Map<string, number>();
  const visit = ({ name, selfUs, children }: Flame): void => {
    byName.set(name, (byName.get(name) ?? 0) + selfUs);
    for (const child of children.values()) visit(child);
  };
  visit(root);
  return [...byName]
    .map(([name, selfUs]) => ({ name, selfUs }))
    .filter(({ selfUs }) => selfUs > 0)
    .toSorted((a, b) => b.selfUs - a.selfUs)
    .slice(0, count);
}

type Samples = {
  readonly byId: ReadonlyMap<number, ProfileNode>;
  readonly selfUs: ReadonlyMap<number, number>;
};

function grow(parent: Flame, node: ProfileNode | undefined, samples: Samples): number {
  if (!node || node.callFrame.functionName === IDLE) return 0;
  const name = nameOf(node);
  const flame = parent.children.get(name) ?? { name, selfUs: 0, totalUs: 0, children: new Map() };
  parent.children.set(name, flame);
  const selfUs = samples.selfUs.get(node.id) ?? 0;
  let totalUs = selfUs;
  for (const id of node.children ?? []) totalUs += grow(flame, samples.byId.get(id), samples);
  flame.selfUs += selfUs;
  flame.totalUs += totalUs;
  return totalUs;
}

function sumOf({ children }: Flame): number {
  let sum = 0;
  for (const child of children.values()) sum += child.totalUs;
  return sum;
}

/** Such as `hold seat-holds.ts`; of packages the package as well. */
function nameOf({ callFrame: { functionName, url } }: ProfileNode): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  const file = url.startsWith('node:') ? url : url.slice(url.lastIndexOf('/') + 1);
  const itsPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(url)?.[1];
  const place = itsPackage === undefined ? file : `${itsPackage}/${file}`;
  return place === '' ? name : `${name} ${place}`;
}
