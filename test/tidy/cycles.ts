export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Builds a graph from pairs; an edge of a node to itself counts as a cycle of one. */
export function toGraph(pairs: Iterable<readonly [from: string, to: string]>): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [from, to] of pairs) {
    const targets = graph.get(from) ?? new Set();
    graph.set(from, targets.add(to));
    if (!graph.has(to)) graph.set(to, new Set());
  }
  return graph;
}

/**
 * The sets of nodes that reach each other, each sorted; a graph without cycles yields none.
 * R. Tarjan, "Depth-First Search and Linear Graph Algorithms", SIAM J. Computing 1(2), 1972.
 */
export function findCycles(graph: Graph): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: (readonly string[])[] = [];

  const connect = (node: string): number => {
    const own = index.size;
    let low = own;
    index.set(node, own);
    stack.push(node);
    onStack.add(node);
    for (const next of graph.get(node) ?? []) {
      const seen = index.get(next);
      if (seen === undefined) low = Math.min(low, connect(next));
      else if (onStack.has(next)) low = Math.min(low, seen);
    }
    if (low === own) closeComponent(node);
    return low;
  };

  const closeComponent = (root: string): void => {
    const component = stack.splice(stack.lastIndexOf(root));
    for (const node of component) onStack.delete(node);
    if (component.length > 1 || graph.get(root)?.has(root)) cycles.push(component.toSorted());
  };

  for (const node of graph.keys()) if (!index.has(node)) connect(node);
  return cycles;
}
