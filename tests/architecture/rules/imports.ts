import { posix } from "node:path";
import { type Finding, finding, nodesOf, type Source } from "./source";

/** One import of a file: of a path in this tree (without its ending), or of a package. */
export interface Import {
  target: string;
  isPackage: boolean;
  /** Gone when it runs. `import { type X }` is not: it still loads the module. */
  isType: boolean;
  start: number;
}

/** Static, re-exported, dynamic and type-position imports alike, and `require`. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  const add = (specifier: string, isType: boolean, start: number) =>
    found.push({ ...resolve(source.path, specifier), isType, start });
  for (const node of nodesOf(source.program, "ImportDeclaration"))
    add(node.source.value, node.importKind === "type", node.start);
  for (const node of nodesOf(source.program, "ExportAllDeclaration"))
    add(node.source.value, node.exportKind === "type", node.start);
  for (const node of nodesOf(source.program, "ExportNamedDeclaration"))
    if (node.source) add(node.source.value, node.exportKind === "type", node.start);
  for (const node of nodesOf(source.program, "ImportExpression"))
    if (node.source.type === "Literal") add(String(node.source.value), false, node.start);
  for (const node of nodesOf(source.program, "TSImportType")) add(node.source.value, true, node.start);
  for (const node of nodesOf(source.program, "CallExpression")) {
    const [first] = node.arguments;
    if (node.callee.type === "Identifier" && node.callee.name === "require" && first?.type === "Literal")
      add(String(first.value), false, node.start);
  }
  return found;
}

function resolve(from: string, specifier: string): Pick<Import, "target" | "isPackage"> {
  if (specifier.startsWith("@/")) return { target: withoutEnding(specifier.slice(2)), isPackage: false };
  if (!specifier.startsWith(".")) return { target: specifier, isPackage: true };
  return { target: withoutEnding(posix.join(posix.dirname(from), specifier)), isPackage: false };
}

export function withoutEnding(path: string): string {
  return path.replace(/\.(tsx?|jsx?|mjs)$/, "");
}

/** A finding for every import that `refuse` has a word against. */
export function judgeImports(source: Source, refuse: (target: Import) => string | undefined): Finding[] {
  return importsOf(source).flatMap((target) => {
    const message = refuse(target);
    return message === undefined ? [] : [finding(source, target, message)];
  });
}
