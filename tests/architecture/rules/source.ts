import { type Node, type Program, parseSync, visitorKeys } from "oxc-parser";

/** One file of the tree, read and parsed; `path` is relative to the root and uses slashes. */
export interface Source {
  path: string;
  text: string;
  program: Program;
}

/** What a rule has to say about a file. */
export interface Finding {
  path: string;
  line: number;
  message: string;
}

export type Rule = (source: Source) => Finding[];

/** @throws Error when the text is not TypeScript: a rule must never pass because it saw nothing. */
export function parse(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text, { preserveParens: false });
  const first = errors[0];
  if (first) throw new Error(`${path} cannot be parsed: ${first.message}`);
  link(program);
  return { path, text, program };
}

export function finding(source: Source, at: { start: number }, message: string): Finding {
  return { path: source.path, line: lineAt(source.text, at.start), message };
}

export function show({ path, line, message }: Finding): string {
  return `${path}:${line} ${message}`;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** The node as written, on one line. */
export function textOf(source: Source, node: { start: number; end: number }): string {
  return source.text.slice(node.start, node.end).replace(/\s+/g, " ");
}

/** Visits every node below, outermost first; where `enter` answers false, what lies inside is left out. */
export function walk(node: Node, enter: (node: Node) => unknown): void {
  for (const child of childrenOf(node)) {
    if (enter(child) !== false) walk(child, enter);
  }
}

/** All nodes of one type. */
export function nodesOf<Type extends Node["type"]>(within: Node, type: Type): (Node & { type: Type })[] {
  const found: (Node & { type: Type })[] = [];
  walk(within, (node) => {
    if (isOf(node, type)) found.push(node);
  });
  return found;
}

function isOf<Type extends Node["type"]>(node: Node, type: Type): node is Node & { type: Type } {
  return node.type === type;
}

/** Kept with the node: a dozen rules walk the same tree. */
const children = new WeakMap<Node, Node[]>();

function childrenOf(node: Node): Node[] {
  return children.get(node) ?? [];
}

function link(node: Node): void {
  const fields = new Map<string, unknown>(Object.entries(node));
  const below = (visitorKeys[node.type] ?? []).flatMap((key) => [fields.get(key)].flat().filter(isNode));
  children.set(node, below);
  for (const child of below) {
    child.parent = node;
    link(child);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}
