import type { CallExpression, Node } from "oxc-parser";
import { type Chain, chainsOf, type Link, link } from "./chains";
import { matches } from "./globs";
import { isGuaranteed } from "./guaranteed";
import { isException, mayLookEverywhere, REACHED_BY_ID } from "./predicates";
import { type Finding, finding, nodesOf, type Source, textOf } from "./source";
import { isSubquery, JOINS, verbOf } from "./statements";
import { judgeInsert, judgeSet } from "./writes";

interface Check {
  source: Source;
  predicates: string[];
}

/** Every statement of a feature keeps every table it touches inside the scope: reads, writes and joins alike. */
export function queriesAreScoped(predicates: string[]): (source: Source) => Finding[] {
  return (source) => {
    if (!matches("server/features/*/queries.ts", source.path)) return [];
    const check: Check = { source, predicates };
    return [...chainsOf(source).flatMap((chain) => judge(check, chain)), ...judgeTemplates(source)];
  };
}

function judge(check: Check, chain: Chain): Finding[] {
  const { source } = check;
  return chain.links.flatMap((one) => {
    if (one.name === "set") return judgeSet(source, one);
    switch (verbOf(source, one, chain)) {
      case "raw":
        return [finding(source, one.call, "raw statement: no test can see its scope; use the builder")];
      case "insert":
        return judgeInsert(source, chain, one, (where, table) => isHeld(check, where, table));
      case "count":
        return judgeTable(check, chain, one, [one.args[1]]);
      case "table":
        return judgeTable(check, chain, one, conditionsFor(chain, one));
      default:
        return [];
    }
  });
}

function judgeTable(check: Check, chain: Chain, one: Link, conditions: (Node | undefined)[]): Finding[] {
  const { source, predicates } = check;
  const [table] = one.args;
  if (!table || isSubquery(source, table)) return [];
  const name = textOf(source, table);
  if (conditions.some((condition) => isHeld(check, condition, name))) return [];
  if (isReachedById(check, chain, one, name) || isException(source, `${one.name}(${name})`)) return [];
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
  if (JOINS.has(one.name)) return JOINS.get(one.name) === "on" ? [where, one.args[1]] : [where];
  // What an inner join refuses, the base table loses too.
  return [where, ...chain.links.filter(({ name }) => name === "innerJoin").map(({ args }) => args[1])];
}

function isHeld({ source, predicates }: Check, condition: Node | undefined, table: string): boolean {
  return isGuaranteed(source, condition, (call) => {
    const [first, second] = call.arguments;
    if (isCallOf(call, ["everywhere"])) return mayLookEverywhere(source);
    if (!isCallOf(call, predicates) || !first || !second) return false;
    // A copy of the scope may name another workspace.
    return textOf(source, first) === table && textOf(source, second) === "scope";
  });
}

/** `innerJoin(user, eq(user.id, member.userId))`, where `member` is held itself. */
function isReachedById(check: Check, chain: Chain, one: Link, name: string): boolean {
  const { source } = check;
  if (!REACHED_BY_ID.includes(name) || JOINS.get(one.name) !== "on") return false;
  return isGuaranteed(source, one.args[1], (call) => {
    const sides = call.arguments.map((side) => textOf(source, side));
    if (!isCallOf(call, ["eq"]) || !sides.includes(`${name}.id`)) return false;
    const other = sides.find((side) => side !== `${name}.id`)?.split(".")[0] ?? "";
    const holder = chain.links.find(({ args: [table] }) => table && textOf(source, table) === other);
    return holder !== undefined && conditionsFor(chain, holder).some((node) => isHeld(check, node, other));
  });
}

function isCallOf({ callee }: CallExpression, names: string[]): boolean {
  return callee.type === "Identifier" && names.includes(callee.name);
}

function judgeTemplates(source: Source): Finding[] {
  return nodesOf(source.program, "TemplateLiteral")
    .filter(({ quasis }) => quasis.some(({ value }) => /\b(select|insert|update|delete)\b/i.test(value.raw)))
    .map((node) =>
      finding(source, node, "a statement in a template: no test can see its scope; use the builder"),
    );
}
