import type { Node } from "oxc-parser";
import { type Finding, finding, type Source, textOf, walk } from "./source";
import { matchesAny } from "./tree";

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
    except: ["server/guard/**", TESTS],
    message: "only the guard mints a Scope: take one as an argument",
    is: (node) =>
      (node.type === "TSAsExpression" ||
        node.type === "TSTypeAssertion" ||
        node.type === "TSTypePredicate") &&
      /\bScope\b/.test(nameOfType(node)),
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
