import type { Node } from "oxc-parser";
import { matchesAny } from "./globs";
import { type Finding, finding, type Source, textOf, walk } from "./source";

/** Entries are started, so they do something; launchers are entries too. */
const ENTRIES = ["server/main.ts", "server/cli/main.ts", "server/cli/*.mjs"];

const CONNECTS =
  /^(postgres|drizzle|betterAuth|pino|fetch|createServer|createConnection|connect|listen|spawn|exec\w*)$/;
const TIMERS = /^(setInterval|setTimeout|setImmediate|queueMicrotask)$/;
const FILES = /^(read|write|mkdir|exists|stat|open)\w*(Sync)?$/;

const ADVICE = "build it in server/runtime.ts and hand it on";

/** A module that is imported does nothing and keeps nothing: whatever lives long is built by the runtime. */
export function modulesDoNothingWhenLoaded(source: Source): Finding[] {
  if (!matchesAny(["server/**", "db/**"], source.path) || matchesAny(ENTRIES, source.path)) return [];
  return source.program.body.flatMap((statement) => judge(source, statement));
}

function judge(source: Source, statement: Node): Finding[] {
  if (statement.type === "ExpressionStatement")
    return "directive" in statement && statement.directive
      ? []
      : [finding(source, statement, `acts when it is loaded (${textOf(source, statement)}): ${ADVICE}`)];
  if (/^(If|For|ForIn|ForOf|While|DoWhile|Try|Switch|Throw|Block|Labeled)\w*Statement$/.test(statement.type))
    return [finding(source, statement, `runs a statement when it is loaded: ${ADVICE}`)];
  const found: Finding[] = [];
  walkLoaded(statement, (node) => {
    const reason = reasonAgainst(node);
    if (reason) found.push(finding(source, node, `${reason} when it is loaded: ${ADVICE}`));
  });
  return found;
}

function reasonAgainst(node: Node): string | undefined {
  if (node.type === "AwaitExpression") return "awaits";
  if (node.type === "VariableDeclaration" && node.kind !== "const" && !node.declare) return "keeps state";
  if (node.type === "NewExpression") return reasonAgainstNew(node);
  if (node.type !== "CallExpression") return undefined;
  const name = nameOf(node.callee);
  if (CONNECTS.test(name)) return `calls ${name}()`;
  if (TIMERS.test(name)) return `starts a timer with ${name}()`;
  return FILES.test(name) ? `touches files with ${name}()` : undefined;
}

/** `new Set(["a"])` is a table; an empty one waits to be filled. */
function reasonAgainstNew(node: Extract<Node, { type: "NewExpression" }>): string | undefined {
  const name = nameOf(node.callee);
  if (/^(Weak)?(Map|Set)$/.test(name))
    return node.arguments.length === 0 ? `keeps an empty ${name}` : undefined;
  return /(Pool|Client|Redis|Worker|Server|Emitter|Ratelimit|Storage|Cache|Limiter)$/.test(name)
    ? `makes a ${name}`
    : undefined;
}

function nameOf(callee: Node): string {
  if (callee.type === "Identifier") return callee.name;
  return callee.type === "MemberExpression" && callee.property.type === "Identifier"
    ? callee.property.name
    : "";
}

/** What runs at load: not the insides of functions, nor what each instance gets. */
function walkLoaded(node: Node, enter: (node: Node) => void): void {
  const visit = (inner: Node): boolean => {
    if (/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(inner.type)) return false;
    if (inner.type === "PropertyDefinition" && !inner.static) return false;
    enter(inner);
    return true;
  };
  if (visit(node)) walk(node, visit);
}
