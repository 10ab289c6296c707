import type { Policy } from "@/server/guard/policy";

interface Schema {
  _zod: { def: { type: string; catchall?: Schema; innerType?: Schema; in?: Schema } };
}

/** A router's procedures, as tRPC keeps them. */
export type Procedures = Record<
  string,
  { _def: { type: string; meta?: { policy?: Policy }; inputs: Schema[]; output?: unknown } }
>;

/** What guards one way in, in words; and what is missing. */
export interface Coverage {
  name: string;
  kind: "query" | "mutation" | "subscription";
  who: string;
  permission: string;
  callers: string;
  workspace: string;
  limit: string;
  audit: string;
  faults: string[];
}

/** Reads every procedure's policy and schemas. Each fault says what to do about it. */
export function coverageOf(procedures: Procedures): Coverage[] {
  return Object.entries(procedures)
    .map(([name, { _def }]) => ({
      name,
      kind: _def.type as Coverage["kind"],
      ...words(_def.meta?.policy),
      faults: faultsOf(name, _def),
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function words(policy: Policy | undefined) {
  const none = { permission: "-", callers: "-", workspace: "-", limit: "-", audit: "-" };
  if (!policy) return { ...none, who: "NOBODY SAYS" };
  if (policy.access === "public") return { ...none, who: `anybody: ${policy.reason}`, limit: policy.limit };
  return {
    who: policy.access === "role" ? policy.role : "signed in",
    permission: policy.permission,
    callers: policy.callers.join(" "),
    workspace: policy.workspace,
    limit: policy.limit,
    audit: policy.audit ?? "-",
  };
}

function faultsOf(name: string, def: Procedures[string]["_def"]): string[] {
  const faults: string[] = [];
  const policy = def.meta?.policy;
  if (!policy)
    faults.push("has no policy; build it with publicProcedure, protectedProcedure or roleProcedure");
  if (policy && !policy.limit) faults.push("names no budget; add limit to its policy");
  if (policy?.access === "public" && policy.reason.trim() === "") {
    faults.push("is public without a reason; say why");
  }
  if (!def.output) faults.push("has no output schema; add .output()");
  if (def.inputs.length === 0) faults.push("has no input schema; add .input(), or .input(noInput)");
  if (def.inputs.some((schema) => !isStrict(schema))) faults.push("takes unknown keys; use z.strictObject");
  if (def.type === "subscription" && policy && "workspace" in policy && policy.workspace === "header")
    faults.push("is a stream, and browsers set no headers on those; take the workspace as input");
  return def.type === "mutation" ? [...faults, ...faultsOfAudit(name, policy)] : faults;
}

function faultsOfAudit(name: string, policy: Policy | undefined): string[] {
  if (!policy || policy.access === "public") return [];
  if (!policy.audit) return ["changes something and names no audit event; add audit to its policy"];
  return policy.audit === name ? [] : [`is written down as ${policy.audit}; use ${name}`];
}

function isStrict(schema: Schema): boolean {
  const { type, catchall, innerType, in: inner } = schema._zod.def;
  if (type === "object") return catchall?._zod.def.type === "never";
  const within = innerType ?? inner;
  return within !== undefined && isStrict(within);
}
