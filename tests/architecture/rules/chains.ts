import type { CallExpression, Node } from "oxc-parser";
import { nodesOf, type Source } from "./source";

/** One link of `tx.select(…).from(…).where(…)`. */
export interface Link {
  name: string;
  call: CallExpression;
  args: Node[];
}

/** A chain of calls, from the first link to the last, and what it hangs on. */
export interface Chain {
  links: Link[];
  head: Node;
}

/** Every chain of calls in the file, each once, whole. */
export function chainsOf(source: Source): Chain[] {
  return nodesOf(source.program, "CallExpression").filter(isOutermost).map(chainOf);
}

export function chainOf(call: CallExpression): Chain {
  const links: Link[] = [];
  let head: Node = call;
  while (head.type === "CallExpression" && head.callee.type === "MemberExpression") {
    const { property, object }: { property: Node; object: Node } = head.callee;
    const name = property.type === "Identifier" ? property.name : "";
    links.unshift({ name, call: head, args: head.arguments });
    head = object;
  }
  return { links, head };
}

export function link(chain: Chain, name: string): Link | undefined {
  return chain.links.findLast((one) => one.name === name);
}

function isOutermost(call: CallExpression): boolean {
  const member = call.parent;
  return !(
    member?.type === "MemberExpression" &&
    member.object === call &&
    member.parent?.type === "CallExpression" &&
    member.parent.callee === member
  );
}
