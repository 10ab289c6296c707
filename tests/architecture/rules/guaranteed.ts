import type { CallExpression, Node } from "oxc-parser";
import { nodesOf, type Source, walk } from "./source";

/** Whether a condition always includes a call that `isWall` accepts, whatever its other parts say. */
export function isGuaranteed(
  source: Source,
  condition: Node | undefined,
  isWall: (call: CallExpression) => boolean,
): boolean {
  const entered = new Set<string>();
  const sure = (node: Node | null | undefined): boolean => {
    switch (node?.type) {
      case "CallExpression":
        return isWall(node) || isSureCall(node);
      case "Identifier":
        return sure(constant(source, node.name, node));
      case "SpreadElement":
        return sure(node.argument);
      case "ArrayExpression":
        return node.elements.some(sure);
      case "ConditionalExpression":
        return sure(node.consequent) && sure(node.alternate);
      case "LogicalExpression":
        return node.operator !== "&&" && sure(node.left) && sure(node.right);
      default:
        return false;
    }
  };
  const isSureCall = ({ callee, arguments: args }: CallExpression): boolean => {
    if (callee.type !== "Identifier") return false;
    if (callee.name === "and") return args.some(sure);
    // One branch outside the scope is a way outside.
    if (callee.name === "or") return args.length > 0 && args.every(sure);
    if (entered.has(callee.name)) return false;
    entered.add(callee.name);
    const answers = answersOf(source, callee.name);
    const isSure = answers.length > 0 && answers.every(sure);
    entered.delete(callee.name);
    return isSure;
  };
  return sure(condition);
}

/** What a name stands for: the nearest `const` before the place that uses it. */
export function constant(source: Source, name: string, at: Node): Node | undefined {
  const declarators = nodesOf(source.program, "VariableDeclarator").filter(({ id, start, parent }) => {
    const isConstant = parent?.type === "VariableDeclaration" && parent.kind === "const";
    return isConstant && id.type === "Identifier" && id.name === name && start < at.start;
  });
  return declarators.findLast((node) => isVisible(node, at))?.init ?? undefined;
}

function isVisible(declarator: Node, at: Node): boolean {
  const block = declarator.parent?.parent;
  return block !== undefined && block !== null && block.start <= at.start && at.end <= block.end;
}

/** All that a function of this file may answer. */
function answersOf(source: Source, name: string): Node[] {
  const declared = nodesOf(source.program, "FunctionDeclaration").find(({ id }) => id?.name === name);
  const assigned = nodesOf(source.program, "VariableDeclarator").find(
    ({ id }) => id.type === "Identifier" && id.name === name,
  )?.init;
  const body = declared?.body ?? (assigned?.type === "ArrowFunctionExpression" ? assigned.body : undefined);
  if (!body) return [];
  if (body.type !== "BlockStatement") return [body];
  const answers: Node[] = [];
  walk(body, (node) => {
    if (/Function/.test(node.type)) return false;
    if (node.type === "ReturnStatement") answers.push(node.argument ?? node);
    return true;
  });
  return answers;
}
