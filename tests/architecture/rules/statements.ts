import type { Node } from "oxc-parser";
import { type Chain, chainOf, type Link } from "./chains";
import { constant } from "./guaranteed";
import { nodesOf, type Source } from "./source";

/** How a joined table is held: by its own `on`, where only matching rows come through, else by the `where`. */
export const JOINS = new Map([
  ["innerJoin", "on"],
  ["leftJoin", "on"],
  ["innerJoinLateral", "on"],
  ["leftJoinLateral", "on"],
  ["rightJoin", "where"],
  ["fullJoin", "where"],
  ["crossJoin", "where"],
  ["crossJoinLateral", "where"],
]);

/** What a link of a chain does to a table; undefined when it is no part of a statement. */
export type Verb = "raw" | "count" | "insert" | "table" | undefined;

/** Deny by default: a call with the name of a statement is one, unless it is plainly something else. */
export function verbOf(source: Source, { name, call, args }: Link, { head }: Chain): Verb {
  const receiver = call.callee.type === "MemberExpression" ? call.callee.object : call;
  if (name === "execute" || isRelational(receiver)) return "raw";
  if (name === "$count") return "count";
  if (name === "insert") return "insert";
  if (JOINS.has(name)) return "table";
  if (name === "from") return isBuiltIn(receiver) ? undefined : "table";
  if ((name !== "update" && name !== "delete") || args.length !== 1) return undefined;
  return isCollection(source, head) || isHash(head) ? undefined : "table";
}

/** `… as("name")`, in place or by name: what is inside it is judged where it is written. */
export function isSubquery(source: Source, table: Node): boolean {
  const node = table.type === "Identifier" ? constant(source, table.name, table) : table;
  return node?.type === "CallExpression" && chainOf(node).links.at(-1)?.name === "as";
}

/** `tx.query.task.findMany(…)` */
function isRelational(receiver: Node): boolean {
  return (
    receiver.type === "MemberExpression" &&
    receiver.object.type === "MemberExpression" &&
    receiver.object.property.type === "Identifier" &&
    receiver.object.property.name === "query"
  );
}

/** `Array.from(…)` */
function isBuiltIn(receiver: Node): boolean {
  return receiver.type === "Identifier" && /^(Array|Buffer|Object|[A-Z]\w*Array)$/.test(receiver.name);
}

/** A name declared as `new Map()` or `new Set()` in the same file. */
function isCollection(source: Source, head: Node): boolean {
  return (
    head.type === "Identifier" &&
    nodesOf(source.program, "VariableDeclarator").some(
      ({ id, init }) => id.type === "Identifier" && id.name === head.name && init?.type === "NewExpression",
    )
  );
}

/** `createHash(…).update(…)` */
function isHash(head: Node): boolean {
  return (
    head.type === "CallExpression" && head.callee.type === "Identifier" && /^createH/.test(head.callee.name)
  );
}
