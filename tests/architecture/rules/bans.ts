import type { Node } from "oxc-parser";
import { matchesAny } from "./globs";
import { type Finding, finding, type Source, textOf, walk } from "./source";

interface Ban {
  /** Where it is allowed after all. */
  except: string[];
  message: string;
  is(node: Node, source: Source): boolean;
}

const TESTS = "tests/**";

const BANS: Ban[] = [
  {
    except: ["server/guard/**", TESTS],
    message: "initTRPC makes procedures without a policy: use the builders of server/guard/procedures.ts",
    is: (node) => node.type === "Identifier" && node.name === "initTRPC",
  },
  {
    // The blueprint of a kept query is a scope without a transaction.
    except: ["server/guard/**", "db/kept.ts", TESTS],
    message: "only the guard mints a Scope: take one as an argument",
    is: (node) =>
      (node.type === "TSAsExpression" ||
        node.type === "TSTypeAssertion" ||
        node.type === "TSTypePredicate") &&
      /\bScope\b/.test(nameOfType(node)),
  },
  {
    except: ["server/guard/**", TESTS],
    message: "a copy of a scope keeps its brand whatever is changed in it: hand the scope on as it is",
    is: (node, source) => node.type === "SpreadElement" && /(^|\.)scope$/.test(textOf(source, node.argument)),
  },
  {
    except: [TESTS],
    message: "sql.raw puts text into a statement: bind a value, or name a column",
    is: (node) => isMember(node, "sql", "raw"),
  },
  {
    except: ["db/**", TESTS],
    message: "unsafe() sends text as a statement: only db/ may, for what cannot be bound",
    is: (node) => node.type === "CallExpression" && endsWith(node.callee, "unsafe"),
  },
  {
    except: [],
    message: "dangerouslySetInnerHTML: React escapes; Markdown goes through the sanitising renderer",
    is: (node) =>
      (node.type === "JSXAttribute" && node.name.type === "JSXIdentifier" && isHtml(node.name.name)) ||
      (node.type === "Property" && node.key.type === "Identifier" && isHtml(node.key.name)) ||
      (node.type === "Property" && node.key.type === "Literal" && isHtml(node.key.value)),
  },
  {
    except: [],
    message: "a Server Action is a door outside the matrix: make it a procedure",
    is: (node) =>
      node.type === "ExpressionStatement" && "directive" in node && node.directive === "use server",
  },
  {
    except: ["server/identity/**", TESTS],
    message: "auth.api takes its own connection and no guard: server/identity alone may call it",
    is: (node, source) =>
      node.type === "MemberExpression" && /\bauth(\(\))?\??\.api$/.test(textOf(source, node)),
  },
  {
    except: ["app/**", "server/cli/**", TESTS],
    message:
      "V8 keeps a function written into an assignment to a property, and all it sees, until a full collection: hand it over as an argument, or name it first",
    is: (node) =>
      node.type === "AssignmentExpression" &&
      node.left.type === "MemberExpression" &&
      /^(?:Arrow)?FunctionExpression$/.test(inside(node.right).type),
  },
  {
    except: ["server/**", "app/_api/server.ts", TESTS],
    message:
      "a route hands the runtime to its handler, `handle(await getRuntime(), …)`, and takes nothing out of it",
    is: (node) =>
      isCallTo(node, "getRuntime") &&
      !isArgument(node.parent?.type === "AwaitExpression" ? node.parent : node),
  },
];

export function bannedNamesStayOut(source: Source): Finding[] {
  const bans = BANS.filter(({ except }) => !matchesAny(except, source.path));
  const found: Finding[] = [];
  walk(source.program, (node) => {
    for (const ban of bans) if (ban.is(node, source)) found.push(finding(source, node, ban.message));
  });
  return found;
}

/** Such a byte hides the rest of a file from tools that read lines. */
export function noNulBytes({ path, text }: { path: string; text: string }): Finding[] {
  const at = text.indexOf("\0");
  return at < 0 ? [] : [{ path, line: text.slice(0, at).split("\n").length, message: "contains a NUL byte" }];
}

/** What stands between parentheses, or before a type. */
function inside(node: Node): Node {
  const isWrapped = node.type === "ParenthesizedExpression" || node.type === "TSAsExpression";
  return isWrapped ? inside(node.expression) : node;
}

function isCallTo(node: Node, name: string): boolean {
  return node.type === "CallExpression" && node.callee.type === "Identifier" && node.callee.name === name;
}

function isArgument(node: Node): boolean {
  return node.parent?.type === "CallExpression" && node.parent.callee !== node;
}

function isHtml(name: unknown): boolean {
  return name === "dangerouslySetInnerHTML";
}

function isMember(node: Node, object: string, property: string): boolean {
  return (
    node.type === "MemberExpression" &&
    node.object.type === "Identifier" &&
    node.object.name === object &&
    endsWith(node, property)
  );
}

function endsWith(node: Node, property: string): boolean {
  if (node.type !== "MemberExpression") return false;
  const { property: last } = node;
  return (
    (last.type === "Identifier" && last.name === property) ||
    (last.type === "Literal" && last.value === property)
  );
}

function nameOfType(node: Extract<Node, { typeAnnotation: unknown }>): string {
  let name = "";
  if (node.typeAnnotation)
    walk(node.typeAnnotation, (inner) => {
      if (inner.type === "Identifier") name += ` ${inner.name}`;
    });
  return name;
}
