import type { Policy } from "@/server/guard/policy";

interface Schema {
  _zod: { def: { type: string; catchall?: Schema; innerType?: Schema; in?: Schema } };
}

export type Procedures = Record<
  string,
  {
    _def: {
      type: string;
      meta?: { policy?: Policy & { audit?: string } };
      inputs: Schema[];
      output?: unknown;
    };
  }
>;

/** What is missing from procedures; each fault names the procedure and the mending. */
export function faultsOf(procedures: Procedures): string[] {
  return Object.entries(procedures).flatMap(([path, { _def }]) =>
    faultsOfOne(path, _def).map((fault) => `${path} ${fault}`),
  );
}

function faultsOfOne(path: string, def: Procedures[string]["_def"]): string[] {
  const faults: string[] = [];
  const policy = def.meta?.policy;
  if (!policy)
    faults.push("has no policy; build it with publicProcedure, protectedProcedure or roleProcedure");
  if (policy && !policy.limit) faults.push("names no budget; add limit to its policy");
  if (policy?.access === "public" && policy.reason.trim() === "")
    faults.push("is public without a reason; say why");
  if (!def.output) faults.push("has no output schema; add .output()");
  if (def.inputs.length === 0) faults.push("has no input schema; add .input(), or .input(noInput)");
  if (def.inputs.some((schema) => !isStrict(schema))) faults.push("takes unknown keys; use z.strictObject");
  if (def.type === "mutation" && policy && policy.access !== "public") {
    if (!policy.audit) faults.push("changes something and names no audit event; add audit to its policy");
    else if (policy.audit !== path) faults.push(`is written down as ${policy.audit}; use ${path}`);
  }
  return faults;
}

function isStrict(schema: Schema): boolean {
  const { type, catchall, innerType, in: inner } = schema._zod.def;
  if (type === "object") return catchall?._zod.def.type === "never";
  const within = innerType ?? inner;
  return within !== undefined && isStrict(within);
}

/** The table that is pinned: one line a procedure. */
export function tableOf(procedures: Procedures): string {
  const rows = Object.entries(procedures).map(([path, { _def }]) => [
    path,
    _def.type,
    ...cells(_def.meta?.policy),
  ]);
  const head = ["procedure", "type", "who", "permission", "callers", "workspace", "limit", "audit"];
  const lines = [head, ...rows.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1))];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function cells(policy: Policy | undefined): string[] {
  if (!policy) return ["NOBODY SAYS"];
  if (policy.access === "public") return ["anybody", policy.reason, "", "", policy.limit];
  const who = policy.access === "role" ? policy.role : "signed in";
  return [
    who,
    policy.permission,
    policy.callers.join(" "),
    policy.workspace,
    policy.limit,
    policy.audit ?? "-",
  ];
}
