import type { Node } from "oxc-parser";
import { type Chain, chainOf, chainsOf, type Link, link } from "./chains";
import { constant, isGuaranteed } from "./guaranteed";
import { type Finding, finding, nodesOf, type Source, textOf } from "./source";
import { matches } from "./tree";
import { judgeInsert, judgeSet } from "./writes";

/** How a joined table is held: by its own `on`, where only matching rows come through, else by the `where`. */
const JOINS = new Map([
  ["innerJoin", "on"],
  ["leftJoin", "on"],
  ["innerJoinLateral", "on"],
  ["leftJoinLateral", "on"],
  ["rightJoin", "where"],
  ["fullJoin", "where"],
  ["crossJoin", "where"],
  ["crossJoinLateral", "where"],
]);

/** Every statement of a feature keeps every table it touches inside the scope: reads, writes and joins alike. */
export function queriesAreScoped(predicates: string[]): (source: Source) => Finding[] {
  return (source) => {
    if (!matches("server/features/*/queries.ts", source.path)) return [];
    const check: Check = { source, predicates };
    return [...chainsOf(source).flatMap((chain) => judge(check, chain)), ...judgeTemplates(source)];
  };
}

interface Check {
  source: Source;
  predicates: string[];
}

function judge(check: Check, chain: Chain): Finding[] {
  const { source } = check;
  const found: Finding[] = [];
  for (const one of chain.links) {
    const verb = verbOf(one, chain);
    if (verb === "raw")
      found.push(finding(source, one.call, "raw statement: no test can see its scope; use the builder"));
    if (verb === "count") found.push(...judgeTable(check, chain, one, [one.args[1]]));
    if (verb === "insert")
      found.push(...judgeInsert(source, chain, one, (where, table) => isSure(check, where, table)));
    if (verb === "table") found.push(...judgeTable(check, chain, one, conditionsFor(chain, one)));
    if (one.name === "set") found.push(...judgeSet(source, one));
  }
  return found;
}

/** Deny by default: a call with the name of a statement is one, unless it is plainly something else. */
function verbOf({ name, call, args }: Link, chain: Chain): "raw" | "count" | "insert" | "table" | undefined {
  const receiver = call.callee.type === "MemberExpression" ? call.callee.object : call;
  if (name === "execute" || isRelational(receiver)) return "raw";
  if (name === "$count") return "count";
  if (name === "insert") return "insert";
  if (JOINS.has(name)) return "table";
  if (name === "from") return isBuiltIn(receiver) ? undefined : "table";
  // `set.delete(x)` and `hash.update(x)` are not statements; on a transaction, or with a chain, they are.
  if (name !== "update" && name !== "delete") return undefined;
  if (args.length !== 1) return undefined;
  const isLocal = chain.head.type === "Identifier" && isCollection(chain.head);
  return isLocal ? undefined : "table";
}

function judgeTable(check: Check, chain: Chain, one: Link, conditions: (Node | undefined)[]): Finding[] {
  const { source, predicates } = check;
  const [table] = one.args;
  if (!table || isSubquery(source, table)) return [];
  const name = textOf(source, table);
  if (conditions.some((condition) => isSure(check, condition, name))) return [];
  const statement = `${chain.links[0]?.name ?? ""} … ${one.name}(${name})`;
  const wanted = predicates.map((predicate) => `${predicate}(${name}, scope)`).join(" or ");
  return [
    finding(
      source,
      one.call,
      `${statement}: nothing holds ${name} in its scope; its condition needs ${wanted}`,
    ),
  ];
}

function conditionsFor(chain: Chain, one: Link): (Node | undefined)[] {
  // A second where replaces the first.
  const where = link(chain, "where")?.args[0];
  const isJoin = JOINS.has(one.name);
  if (isJoin) return JOINS.get(one.name) === "on" ? [where, one.args[1]] : [where];
  // What an inner join refuses, the base table loses too.
  return [where, ...chain.links.filter(({ name }) => name === "innerJoin").map(({ args }) => args[1])];
}

function isSure({ source, predicates }: Check, condition: Node | undefined, table: string): boolean {
  return isGuaranteed(source, condition, table, predicates);
}

/** `… as("name")`, in place or by name: what is inside it is judged where it is written. */
function isSubquery(source: Source, table: Node): boolean {
  const node = table.type === "Identifier" ? constant(source, table.name, table) : table;
  return node?.type === "CallExpression" && chainOf(node).links.at(-1)?.name === "as";
}

function judgeTemplates(source: Source): Finding[] {
  return nodesOf(source.program, "TemplateLiteral")
    .filter(({ quasis }) => quasis.some(({ value }) => /\b(select|insert|update|delete)\b/i.test(value.raw)))
    .map((node) =>
      finding(source, node, "a statement in a template: no test can see its scope; use the builder"),
    );
}

function isRelational(receiver: Node): boolean {
  return (
    receiver.type === "MemberExpression" &&
    receiver.object.type === "MemberExpression" &&
    receiver.object.property.type === "Identifier" &&
    receiver.object.property.name === "query"
  );
}

function isBuiltIn(receiver: Node): boolean {
  return receiver.type === "Identifier" && /^(Array|Buffer|Object|[A-Z]\w*Array)$/.test(receiver.name);
}

/** A name declared as `new Map()` or `new Set()` in the same file. */
function isCollection(head: Node): boolean {
  let top: Node = head;
  while (top.parent) top = top.parent;
  if (head.type !== "Identifier") return false;
  return nodesOf(top, "VariableDeclarator").some(
    ({ id, init }) => id.type === "Identifier" && id.name === head.name && init?.type === "NewExpression",
  );
}
