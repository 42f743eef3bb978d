import type { ImportTable, LayerRule } from './import-table.ts';
import { layerOf, moduleOf } from './import-table.ts';
import type { ImportEdge } from './imports.ts';

/** What an import does against the table, as `file:line: why`; an empty list if nothing. */
export function findImportViolations(edges: readonly ImportEdge[], table: ImportTable): readonly string[] {
  return edges.flatMap((edge) =>
    reasonsAgainst(edge, table).map((reason) => `${edge.from}:${edge.line}: ${reason}`),
  );
}

function reasonsAgainst(edge: ImportEdge, table: ImportTable): readonly string[] {
  const layer = layerOf(edge.from);
  const rule = table.get(layer);
  if (rule === undefined) return [`belongs to no layer of the import table ("${layer}")`];
  if (rule.mayImport === 'any') return [];
  if (edge.target !== undefined) return reasonsAgainstFile(edge.from, edge.target, layer, rule);
  if (edge.packageName !== undefined) return reasonsAgainstPackage(edge.packageName, layer, table);
  return edge.specifier === undefined ? ['imports what is computed at run time'] : [];
}

function reasonsAgainstFile(from: string, target: string, layer: string, rule: LayerRule): readonly string[] {
  const targetLayer = layerOf(target);
  if (rule.mayImport === 'any') return [];
  if (targetLayer !== layer && !rule.mayImport.has(targetLayer))
    return [`"${layer}" may not import "${targetLayer}" (${target})`];
  const targetModule = moduleOf(target);
  const isForeign = layer === 'modules' && targetModule !== undefined && targetModule !== moduleOf(from);
  return isForeign && target !== `src/modules/${targetModule}/index.ts`
    ? [`imports the module "${targetModule}" past its index.ts (${target})`]
    : [];
}

function reasonsAgainstPackage(packageName: string, layer: string, table: ImportTable): readonly string[] {
  const isClientLibrary = [...table.values()].some((rule) => permits(rule.clientLibraries, packageName));
  const own = table.get(layer)?.clientLibraries ?? [];
  if (!isClientLibrary || own === 'any' || permits(own, packageName)) return [];
  return [`"${layer}" may not use the client library ${packageName}`];
}

function permits(libraries: readonly string[] | 'any', packageName: string): boolean {
  if (libraries === 'any') return false;
  return libraries.some(
    (library) =>
      library === packageName || (library.endsWith('/*') && packageName.startsWith(library.slice(0, -1))),
  );
}
