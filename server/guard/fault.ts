/** Something that a way in does not declare, or declares wrongly: for whoever mends it. */
export interface Fault {
  /** Continues a sentence that begins with the way in's name. */
  what: string;
  risk: "critical" | "high" | "medium" | "low";
  /** Of the OWASP API Security Top 10 (2023). */
  owasp: string;
  mending: string;
}

const OBJECT = "API1:2023";
const AUTHENTICATION = "API2:2023";
const PROPERTY = "API3:2023";
const CONSUMPTION = "API4:2023";
const FUNCTION = "API5:2023";
const CONFIGURATION = "API8:2023";
const INVENTORY = "API9:2023";

/** Every fault there is. A new kind of way in finds its own here, or adds one. */
// biome-ignore format: a table is read in columns
export const FAULTS = {
  noPolicy:      { risk: "critical", owasp: FUNCTION,       what: "has no policy",                                  mending: "build it with publicProcedure, protectedProcedure or roleProcedure" },
  noReason:      { risk: "high",     owasp: FUNCTION,       what: "is public without a reason",                     mending: "say why nobody needs to be known here" },
  noPermission:  { risk: "critical", owasp: FUNCTION,       what: "names no permission that a role holds",          mending: "name one of server/guard/permissions.ts" },
  noCallers:     { risk: "critical", owasp: AUTHENTICATION, what: "says of no credential that it may call",         mending: "name the kinds in callers, or leave the default" },
  noScope:       { risk: "critical", owasp: OBJECT,         what: "has no scope for its statements",                mending: "give the permission's resource a database role, and say where the workspace is named" },
  noLimit:       { risk: "medium",   owasp: CONSUMPTION,    what: "names no budget",                                mending: "name one of server/guard/limits.ts as limit" },
  noAudit:       { risk: "medium",   owasp: CONFIGURATION,  what: "changes something and names no audit event",     mending: "add audit to its policy, under its own path" },
  otherAudit:    { risk: "low",      owasp: CONFIGURATION,  what: "is written down under the name of another",      mending: "use its own path as the audit name" },
  noInput:       { risk: "medium",   owasp: PROPERTY,       what: "has no input schema",                            mending: "add .input(), or .input(noInput)" },
  looseInput:    { risk: "high",     owasp: PROPERTY,       what: "takes unknown keys",                             mending: "use z.strictObject there, name the keys of a record, and take no any, unknown or catch" },
  noOutput:      { risk: "medium",   owasp: PROPERTY,       what: "has no output schema",                           mending: "add .output(); a subscription's says what it yields" },
  noDecision:    { risk: "high",     owasp: INVENTORY,      what: "is a way in that nobody decided on",             mending: "guard it, and list it in server/cli/audit/file-routes.ts" },
  ownHandler:    { risk: "critical", owasp: FUNCTION,       what: "does more than to hand the request to its handler", mending: "put it into server/http, behind the guard" },
  pastGuard:     { risk: "critical", owasp: FUNCTION,       what: "reads data past the guard",                      mending: "call a procedure through app/_api/server.ts" },
  serverAction:  { risk: "critical", owasp: INVENTORY,      what: "is a Server Action, which nothing guards",       mending: "make it a procedure" },
  inNeitherList: { risk: "high",     owasp: INVENTORY,      what: "is in neither list",                             mending: "decide in server/http/auth-routes.ts or auth-routes-closed.ts" },
  inBothLists:   { risk: "high",     owasp: INVENTORY,      what: "is in both lists",                               mending: "decide in server/http/auth-routes.ts or auth-routes-closed.ts" },
  notThere:      { risk: "low",      owasp: INVENTORY,      what: "is not a route of Better Auth's",                mending: "take it out of server/http/auth-routes.ts" },
  noRouteAudit:  { risk: "medium",   owasp: CONFIGURATION,  what: "names neither an audit event nor a reason for none", mending: "say it in server/http/auth-routes.ts" },
  noRest:        { risk: "low",      owasp: INVENTORY,      what: "has no REST path",                               mending: "name it noun.verb" },
  restOfNothing: { risk: "high",     owasp: INVENTORY,      what: "has a REST path and is no procedure",            mending: "take the path away" },
  sharedRest:    { risk: "high",     owasp: INVENTORY,      what: "has the REST path of another",                   mending: "rename one of them" },
  deepQuery:     { risk: "low",      owasp: PROPERTY,       what: "takes what no query string can hold",            mending: "flatten it" },
  uncheckedBody: { risk: "high",     owasp: PROPERTY,       what: "takes a body that no schema checks",             mending: "give it a strict schema in server/http/auth-routes.ts" },
} as const satisfies Record<string, Fault>;

/** A fault of the table, with what was found: a key, a name, a line. */
export function fault(kind: keyof typeof FAULTS, found?: string): Fault {
  const { what, ...rest } = FAULTS[kind];
  return { what: found === undefined ? what : `${what}: ${found}`, ...rest };
}
