import type { Node } from "oxc-parser";
import { type Chain, type Link, link } from "./chains";
import { constant } from "./guaranteed";
import { isException } from "./predicates";
import { type Finding, finding, type Source, textOf, walk } from "./source";

/** Columns that say whose a row is: set once, from the scope. */
const TENANT_COLUMN = /^(workspaceId|organizationId)$/;
const FROM_SCOPE = /^scope\.(workspaceId|userId)$/;

type IsSure = (where: Node | undefined, table: string) => boolean;

/** A new row takes its workspace or its person from the scope, and nothing that comes after may replace it. */
export function judgeInsert(source: Source, chain: Chain, one: Link, isSure: IsSure): Finding[] {
  const table = one.args[0] ? textOf(source, one.args[0]) : "";
  const found: Finding[] = [];
  const values = link(chain, "values")?.args[0];
  const isOpen = isException(source, `insert(${table})`);
  if (!isOpen && (!values || !takesFromScope(source, values)))
    found.push(
      finding(
        source,
        one.call,
        `insert(${table}): its values take neither scope.workspaceId nor scope.userId (after any spread)`,
      ),
    );
  const conflict = link(chain, "onConflictDoUpdate");
  if (conflict && !isSure(setWhereOf(conflict), table))
    found.push(
      finding(source, conflict.call, `onConflictDoUpdate on ${table}: its setWhere lacks the scope`),
    );
  return found;
}

/** An update never moves a row to another workspace. */
export function judgeSet(source: Source, one: Link): Finding[] {
  const [values] = one.args;
  if (values?.type !== "ObjectExpression") return [];
  return values.properties
    .filter((property) => TENANT_COLUMN.test(keyOf(property)))
    .map((property) =>
      finding(source, property, `set(${keyOf(property)}): a row never changes its workspace`),
    );
}

function takesFromScope(source: Source, values: Node): boolean {
  const node = values.type === "Identifier" ? constant(source, values.name, values) : values;
  if (!node) return false;
  const objects: Node[] = node.type === "ObjectExpression" ? [node] : [];
  walk(node, (inner) => {
    if (inner.type === "ObjectExpression") objects.push(inner);
  });
  return objects.some((object) => {
    if (object.type !== "ObjectExpression") return false;
    const at = object.properties.findLastIndex(
      (property) => property.type === "Property" && FROM_SCOPE.test(textOf(source, property.value)),
    );
    return at >= 0 && !object.properties.slice(at).some(({ type }) => type === "SpreadElement");
  });
}

function setWhereOf({ args }: Link): Node | undefined {
  const [options] = args;
  if (options?.type !== "ObjectExpression") return undefined;
  const property = options.properties.find((one) => /^(setWhere|where)$/.test(keyOf(one)));
  return property?.type === "Property" ? property.value : undefined;
}

function keyOf(property: Node): string {
  return property.type === "Property" && property.key.type === "Identifier" ? property.key.name : "";
}
