import path from 'node:path';
import { isNode, nameOf, type ParsedFile, type SyntaxNode, walk } from './syntax.ts';

type Read = (path: string) => ParsedFile | undefined;

/** A type of a file, by its name. */
type Declared = { readonly file: ParsedFile; readonly type: SyntaxNode };

/**
 * Methods of ports that take a function, in a parameter or anywhere in the types that it is made of, as `file: Port.method
 * takes a function`. What is handed down is to be data, so that another process or another language can stand behind a
 * port. What a port gives back is not looked at: a subscription has a way to stop it.
 */
export function findFunctionsInPorts(ports: string, read: Read): readonly string[] {
  const file = read(ports);
  if (!file) throw new Error(`${ports} cannot be read`);
  const found: string[] = [];
  for (const [name, type] of declaredIn(file)) {
    const methods = isFunctionType(type) ? [[name, type] as const] : methodsOf(name, type);
    for (const [method, signature] of methods) {
      const parameters = signature['params'] as readonly SyntaxNode[];
      if (parameters.some((parameter) => holdsFunction({ file, type: parameter }, read, new Set())))
        found.push(`${ports}: ${method} takes a function`);
    }
  }
  return found;
}

/** Those of a type and of the objects that it is put together from where they stand in it. */
function methodsOf(name: string, type: SyntaxNode): readonly (readonly [string, SyntaxNode])[] {
  const parts = type.type === 'TSIntersectionType' ? (type['types'] as readonly SyntaxNode[]) : [type];
  return parts.flatMap((part) =>
    part.type === 'TSTypeLiteral'
      ? (part['members'] as readonly SyntaxNode[])
          .filter((member) => member.type === 'TSMethodSignature')
          .map((member) => [`${name}.${nameOf(member['key']) ?? ''}`, member] as const)
      : [],
  );
}

function declaredIn(file: ParsedFile): ReadonlyMap<string, SyntaxNode> {
  const declared = new Map<string, SyntaxNode>();
  walk(file.program, (node) => {
    const [name, type] = [nameOf(node['id']), node['typeAnnotation']];
    if (node.type === 'TSTypeAliasDeclaration' && name !== undefined && isNode(type))
      declared.set(name, type);
  });
  return declared;
}

const isFunctionType = ({ type }: SyntaxNode): boolean => type === 'TSFunctionType';

function holdsFunction({ file, type }: Declared, read: Read, seen: Set<string>): boolean {
  let holds = false;
  walk(type, (node) => {
    if (holds) return;
    holds = isFunctionType(node) || node.type === 'TSMethodSignature';
    const name = node.type === 'TSTypeReference' ? nameOf(node['typeName']) : undefined;
    if (holds || name === undefined || seen.has(`${file.path} ${name}`)) return;
    seen.add(`${file.path} ${name}`);
    const named = find(file, name, read);
    if (named) holds = holdsFunction(named, read, seen);
  });
  return holds;
}

/** The type that a name stands for in a file; undefined for those of the language and of packages. */
function find(file: ParsedFile, name: string, read: Read): Declared | undefined {
  const own = declaredIn(file).get(name);
  if (own) return { file, type: own };
  for (const node of file.program['body'] as readonly SyntaxNode[]) {
    const source = node['source'];
    const from = isNode(source) ? source['value'] : undefined;
    if (typeof from !== 'string' || !from.startsWith('.')) continue;
    const specifier = ((node['specifiers'] ?? []) as readonly SyntaxNode[]).find(
      (one) => nameOf(one['local']) === name || nameOf(one['exported']) === name,
    );
    if (!specifier) continue;
    const target = read(path.posix.join(path.posix.dirname(file.path), from));
    const original = nameOf(specifier['imported']) ?? nameOf(specifier['local']) ?? name;
    return target && find(target, original, read);
  }
  return undefined;
}
