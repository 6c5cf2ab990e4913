// Reads a TypeScript source just far enough for the layer check: its imports, the names it uses, what it exports.
import path from 'node:path';
import { parseSync } from 'vite';

/** One import (or re-export) of a source. */
export interface SourceImport {
  /** As it is written, without the query. */
  specifier: string;
  /** Path from the root of the checkout of what a relative import means; undefined for a package. */
  target: string | undefined;
  /** `?raw` and the like; empty when there is none. */
  query: string;
  /** Gone at run time. */
  typeOnly: boolean;
}

/** A node of the syntax tree (ESTree with TypeScript's additions), looked at by field. */
type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value;

/** The nodes directly below a node, with the field that each stands in. */
function children(node: Node): [field: string, child: Node][] {
  return Object.entries(node).flatMap(([field, value]) =>
    (Array.isArray(value) ? value : [value]).filter(isNode).map((child): [string, Node] => [field, child]),
  );
}

/** All nodes of a source, each with its parent and the field that it stands in. Throws when the source does not parse. */
function* nodes(file: string, text: string): Generator<{ node: Node; parent: Node; field: string }> {
  const { program, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file} does not parse: ${error.message}`);
  const top: Node = { type: 'Program', body: program.body };
  const open = children(top).map(([field, node]) => ({ node, parent: top, field }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    for (const [field, child] of children(next.node)) open.push({ node: child, parent: next.node, field });
  }
}

const IMPORTING = [
  'ImportDeclaration',
  'ExportAllDeclaration',
  'ExportNamedDeclaration',
  'ImportExpression',
  'TSImportType',
];

/** What the source `text` at `file` imports, in any order. */
export function sourceImports(file: string, text: string): SourceImport[] {
  const found: SourceImport[] = [];
  for (const { node } of nodes(file, text)) {
    if (!IMPORTING.includes(node.type) || !isNode(node.source)) continue;
    const address = String(node.source.value);
    const [specifier = '', query] = address.split('?');
    const target = specifier.startsWith('.')
      ? path.posix.join(path.posix.dirname(file), specifier)
      : undefined;
    const typeOnly = [node.importKind, node.exportKind].includes('type') || node.type === 'TSImportType';
    found.push({ specifier, target, query: query === undefined ? '' : `?${query}`, typeOnly });
  }
  return found;
}

/** Whether a name stands as a mere label here: behind a dot, as a key, as what an import calls it at home. */
function isLabel(parent: Node, field: string): boolean {
  if (parent.computed === true) return false;
  if (field === 'property' || field === 'imported' || field === 'exported' || field === 'label') return true;
  if (field === 'right') return parent.type === 'TSQualifiedName';
  return field === 'key';
}

/** Fields that introduce the names in them. */
const DECLARING = ['id', 'params', 'param', 'local', 'name'];

/**
 * The names that a source takes from outside (`Date`), members of such as `Math.random`, and, with a dot in front, all
 * methods and fields that it mentions. A name that the source declares anywhere is its own: the compiler, which knows
 * scopes, does the rest.
 */
export function referencedNames(file: string, text: string): Set<string> {
  const used = new Set<string>();
  const declared = new Set<string>();
  for (const { node, parent, field } of nodes(file, text)) {
    if (node.type === 'MemberExpression' && node.computed !== true && isNode(node.property)) {
      used.add(`.${node.property.name}`);
      if (isNode(node.object) && node.object.type === 'Identifier')
        used.add(`${node.object.name}.${node.property.name}`);
    }
    if (DECLARING.includes(field)) for (const name of boundNames(node)) declared.add(name);
    if (node.type === 'Identifier' && !isLabel(parent, field)) used.add(String(node.name));
  }
  for (const name of declared) used.delete(name);
  return used;
}

/** The names that a binding introduces: one, or those inside a pattern. */
function boundNames(binding: Node): string[] {
  if (binding.type === 'Identifier') return [String(binding.name)];
  if (!/Pattern|Property|RestElement/.test(binding.type)) return [];
  const inside = children(binding).filter(([field]) => !['key', 'right', 'typeAnnotation'].includes(field));
  return inside.flatMap(([, child]) => boundNames(child));
}

/** Whether a source exports anything that is there at run time. */
export function exportsValues(file: string, text: string): boolean {
  for (const { node } of nodes(file, text)) {
    if (node.type === 'ExportDefaultDeclaration') return true;
    if (/^Export(Named|All)Declaration$/.test(node.type) && node.exportKind === 'value') return true;
  }
  return false;
}

/** The types by name that a source casts to: `x as SimTime`, `<SimTime>x`. */
export function castTypes(file: string, text: string): Set<string> {
  const types = new Set<string>();
  for (const { node } of nodes(file, text)) {
    if (node.type !== 'TSAsExpression' && node.type !== 'TSTypeAssertion') continue;
    const { typeAnnotation: type } = node;
    if (isNode(type) && isNode(type.typeName)) types.add(String(type.typeName.name));
  }
  return types;
}

/** Functions of a source with more than `most` lines, each by its name or what it is given to. */
export function longFunctions(file: string, text: string, most: number): { name: string; lines: number }[] {
  const found: { name: string; lines: number }[] = [];
  for (const { node, parent } of nodes(file, text)) {
    if (!/Function(Declaration|Expression)$/.test(node.type) || node.type.startsWith('TS')) continue;
    const lines = text.slice(Number(node.start), Number(node.end)).split('\n').length;
    if (lines > most) found.push({ name: nameOf(node) ?? nameOf(parent) ?? 'a function', lines });
  }
  return found;
}

function nameOf(node: Node): string | undefined {
  const named = [node.id, node.key].find((part) => isNode(part) && part.type === 'Identifier');
  return named === undefined ? undefined : String((named as Node).name);
}
