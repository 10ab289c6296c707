import { type Fault, fault } from "@/server/guard/fault";
import { LIMITS } from "@/server/guard/limits";
import { databaseRole, type Permission, roleTables } from "@/server/guard/permissions";
import type { CallerPolicy, Policy } from "@/server/guard/policy";
import { looseAt, type Schema } from "@/server/guard/strictness";

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
  /** The kinds of credential that may call; `fresh` where a proof of the last ten minutes is asked for. */
  authentication: string;
  permission: string;
  /** Under which database role, in which workspace and how far its statements reach. */
  scope: string;
  limit: string;
  audit: string;
  faults: Fault[];
}

/** Reads every procedure's policy and schemas. */
export function coverageOf(procedures: Procedures): Coverage[] {
  return Object.entries(procedures)
    .map(([name, { _def }]) => ({
      name,
      kind: _def.type as Coverage["kind"],
      ...words(_def.meta?.policy),
      faults: [...faultsOfPolicy(name, _def), ...faultsOfSchemas(_def)],
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function words(policy: Policy | undefined) {
  const none = { authentication: "-", permission: "-", scope: "-", limit: "-", audit: "-" };
  if (!policy) return { ...none, who: "NOBODY SAYS" };
  if (policy.access === "public")
    return { ...none, authentication: "none", who: `anybody: ${policy.reason}`, limit: policy.limit };
  return {
    who: policy.access === "role" ? policy.role : "signed in",
    authentication: [...policy.callers, ...(policy.fresh ? ["fresh"] : [])].join(", "),
    permission: policy.permission,
    scope: scopeOf(policy) ?? "-",
    limit: policy.limit,
    audit: policy.audit ?? "-",
  };
}

/** Such as `tenant, by header, own or any`; undefined when a part of it is missing. */
function scopeOf({ permission, workspace }: CallerPolicy): string | undefined {
  const reaches = reachesOf(permission);
  if (reaches.length === 0 || !databaseRole(permission) || !workspace) return undefined;
  return [databaseRole(permission).replace("holdfast_", ""), `by ${workspace}`, reaches.join(" or ")].join(
    ", ",
  );
}

/** How far any role at all reaches with a permission. */
function reachesOf(permission: Permission): string[] {
  const { workspace, platform } = roleTables();
  const cells = { ...workspace.permissions, ...platform.permissions }[permission] ?? [];
  return ["own", "any"].filter((reach) => cells.some((cell) => cell === reach));
}

/** Types ask for most of this, and can be cast away: what runs is looked at. */
function faultsOfPolicy(name: string, { type, meta }: Procedures[string]["_def"]): Fault[] {
  const policy = meta?.policy;
  if (!policy) return [fault("noPolicy")];
  const faults = Object.hasOwn(LIMITS, policy.limit ?? "") ? [] : [fault("noLimit")];
  if (policy.access === "public") return policy.reason?.trim() ? faults : [...faults, fault("noReason")];
  if (!policy.permission || reachesOf(policy.permission).length === 0) faults.push(fault("noPermission"));
  else if (!scopeOf(policy)) faults.push(fault("noScope"));
  if (policy.callers.length === 0) faults.push(fault("noCallers"));
  if (type === "subscription" && policy.workspace === "header") faults.push(fault("headerStream"));
  if (type === "mutation" && !policy.audit) faults.push(fault("noAudit"));
  if (policy.audit && policy.audit !== name) faults.push(fault("otherAudit", policy.audit));
  return faults;
}

function faultsOfSchemas({ inputs, output }: Procedures[string]["_def"]): Fault[] {
  const faults = inputs.flatMap((input) => {
    const at = looseAt(input);
    return at === null ? [] : [fault("looseInput", at === "" ? "the input itself" : at)];
  });
  if (inputs.length === 0) faults.push(fault("noInput"));
  if (!output) faults.push(fault("noOutput"));
  return faults;
}
