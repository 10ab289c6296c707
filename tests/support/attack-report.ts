import type { Attack, AttackReport, Cell, Finding, Principal, Probe } from "@/server/cli/attack/report";

/** As large as the real one gets: some 8,000 requests over everything that there is. */
const NOUNS: Record<string, string[]> = {
  document: ["create", "delete", "get", "list", "restore", "update", "versions"],
  member: ["list", "remove", "setRole"],
  profile: ["get", "update"],
  project: ["archive", "create", "delete", "get", "list", "update"],
  securityEvent: ["list", "mine"],
  task: ["assign", "create", "delete", "get", "list", "move", "update"],
  workspace: ["create", "delete", "get", "list", "update"],
};
const READS = ["get", "list", "versions", "mine"];
const OTHERS = ["GET /api/v1/tasks", "POST /api/v1/tasks", "POST /api/auth/sign-in/email"];

const PRINCIPALS: [id: string, title: string, about: string][] = [
  ["nobody", "nobody", "No credential at all."],
  ["viewer", "viewer", "Reads in the workspace of the call."],
  ["member", "member", "Owns the rows of the call."],
  ["other-member", "another member", "Of the same workspace; owns none of the rows."],
  ["admin", "workspace admin", "Runs the workspace of the call."],
  ["owner", "workspace owner", "Made the workspace of the call."],
  ["stranger", "stranger", "A member of another workspace."],
  ["auditor", "auditor", "Reads security data of the platform."],
  ["platform-admin", "platform admin", "Runs the platform; reads no content."],
  ["banned", "banned person", "Was an owner until a minute ago."],
  ["ended", "ended session", "Signed out; the cookie is kept."],
  ["key", "API key", "A key of the member."],
  ["service", "service account", "A program of the workspace."],
];

const GROUPS: Record<Exclude<Attack["group"], "access">, [owasp: string, titles: string[]]> = {
  credentials: [
    "API2:2023",
    "No token|Expired token|Token of tomorrow|Unsigned token|HS256 with the public key|Foreign issuer|Foreign audience|Unknown key id|Embedded key|Refresh token as access|Two credentials at once|Cut-off cookie|Cookie of another|Bit flipped in signature|Token in the address".split(
      "|",
    ),
  ],
  reach: [
    "API1:2023",
    "Foreign id|Random id|Foreign workspace header|Foreign reference|Deleted row|Id in upper case|Id as array|Left workspace|Guessable cursor|Foreign cursor|Role taken a moment ago|Search for foreign text|Count of foreign rows|Archived parent|Replayed key of another".split(
      "|",
    ),
  ],
  input: [
    "API3:2023",
    "Role in the body|Owner in the body|Workspace in the body|Unknown key|Prototype key|SQL in text|Markup in text|NUL in text|Lone surrogate|Text too long|Number as text|Negative page|Deep nesting|Duplicate keys|Wrong media type|Form body|Two bodies".split(
      "|",
    ),
  ],
  abuse: [
    "API4:2023",
    "Over the budget|Budget by many addresses|Batch of twenty|Batch of thousands|Body of 2 MiB|Slow body|Many headers|Foreign origin|Foreign host|Internal header|Method override|Path with dots|Parallel writes".split(
      "|",
    ),
  ],
};

const EVIDENCE = '{"json":{"title":"</script><img src=x onerror=alert(1)>","note":"\u202etxt.exe"}}';

/** A report of the size and shape of a whole battery. `faults` is how many cells are broken, each with its finding. */
export function sampleReport({ faults }: { faults: number }): AttackReport {
  const procedures: AttackReport["procedures"] = [
    ...Object.entries(NOUNS).flatMap(([noun, verbs]) =>
      verbs.map((verb) => ({
        name: `${noun}.${verb}`,
        kind: READS.includes(verb) ? ("query" as const) : ("mutation" as const),
        permission: `${noun}:${READS.includes(verb) ? "read" : "update"}`,
        limit: READS.includes(verb) ? "read" : "write",
      })),
    ),
    ...OTHERS.map((name) => ({ name, kind: "rest" as const, permission: "task:read", limit: "read" })),
  ].map((one) => (one.name.includes("/auth/") ? { ...one, kind: "route" as const, permission: "-" } : one));
  const attacks = attacksOf();
  const access = procedures.flatMap(({ name, kind }) =>
    PRINCIPALS.map(([principal]) => accessCell(name, kind !== "query", principal)),
  );
  const battery = procedures.flatMap(({ name }, row) =>
    attacks.slice(1).map((attack, column) => batteryCell(name, attack, row * 7 + column)),
  );
  const cells = [...access, ...battery];
  const findings = breakSome(cells, faults);
  const requests = cells.reduce((sum, { probes }) => sum + probes.length, 0);
  const principals: Principal[] = PRINCIPALS.map(([id, title, about]) => ({ id, title, about }));
  return {
    product: "Holdfast",
    startedAt: "2026-03-04T05:06:07.000Z",
    seconds: 41.27,
    requests,
    form: "whole",
    principals,
    attacks,
    procedures,
    cells,
    findings,
  };
}

function attacksOf(): Attack[] {
  const whoGetsIn: Attack = {
    id: "access",
    title: "Who gets in",
    group: "access",
    about: "The procedure as it is meant, called by everyone.",
    owasp: "API5:2023",
  };
  const others = Object.entries(GROUPS).flatMap(([group, [owasp, titles]]) =>
    titles.map((title) => ({
      id: title.toLowerCase().replaceAll(" ", "-"),
      title,
      group: group as Attack["group"],
      about: `${title}: is sent beside a good input, and must be refused without a change.`,
      owasp: /host|origin|header|media/i.test(title) ? "API8:2023" : owasp,
    })),
  );
  return [whoGetsIn, ...others];
}

function accessCell(procedure: string, isWrite: boolean, principal: string): Cell {
  const unknown = ["nobody", "banned", "ended"].includes(principal);
  const refused =
    ["stranger", "auditor", "platform-admin"].includes(principal) || (isWrite && principal === "viewer");
  const answered = refused ? 403 : 200;
  const status = unknown ? 401 : answered;
  return {
    procedure,
    principal,
    attack: "access",
    verdict: "held",
    probes: [probe(procedure, "as it is meant", status)],
  };
}

function batteryCell(procedure: string, attack: Attack, seed: number): Cell {
  const cell = { procedure, principal: "member", attack: attack.id };
  if (attack.group === "reach" && /list|create|mine/.test(procedure) && seed % 3 > 0)
    return { ...cell, verdict: "n/a", why: "The input names no row.", probes: [] };
  const status = { credentials: 401, reach: 403, input: 400, abuse: 429, access: 200 }[attack.group];
  const probes = Array.from({ length: 3 + (seed % 4) }, (_, index) =>
    probe(procedure, `${attack.title.toLowerCase()}, form ${index + 1}`, status),
  );
  return { ...cell, verdict: "held", probes };
}

function probe(procedure: string, about: string, status: number): Probe {
  return {
    about,
    request: {
      method: "POST",
      path: procedure.includes(" ") ? (procedure.split(" ")[1] ?? "") : `/api/trpc/${procedure}`,
      headers: {
        "content-type": "application/json",
        cookie: "holdfast.session_token=Qm9v…",
        origin: "http://127.0.0.1:3000",
      },
      body: EVIDENCE,
    },
    answer: {
      status,
      headers: {
        "content-type": "application/json",
        "x-request-id": "0195c8a2-7b1e-7c55-9d0a-3f2e5b7c9d11",
        "cache-control": "no-store",
      },
      body: `{"error":{"code":"${status === 200 ? "OK" : "REFUSED"}","message":"As it must be.","requestId":"0195c8a2"}}`,
      ms: 3.4,
    },
    expected: `${status}, nothing changed`,
    held: true,
  };
}

/** Breaks cells spread over the whole report, and writes a finding for each. */
function breakSome(cells: Cell[], faults: number): Finding[] {
  const tried = cells.filter(({ probes }) => probes.length > 0);
  const risks: Finding["risk"][] = ["high", "critical", "medium", "low"];
  return Array.from({ length: faults }, (_, index) => {
    const cell = tried[Math.floor(((index + 0.3) * tried.length) / faults)];
    const [first] = cell?.probes ?? [];
    if (!cell || !first) throw new Error("the sample has too few cells");
    cell.verdict = "broken";
    cell.probes[0] = { ...first, held: false, answer: { ...first.answer, status: 200 } };
    return {
      procedure: cell.procedure,
      principal: cell.principal,
      attack: cell.attack,
      place: `server/features/${cell.procedure.split(".")[0]}/queries.ts:42`,
      seen: `200 with the row of another, expected ${first.expected}; the title was <img src=x onerror=alert(1)>`,
      risk: risks[index % risks.length] ?? "low",
      owasp: "API1:2023",
      mending: "Put inWorkspace(table, scope) and ownOrAny(table, scope) into the where of the statement.",
    };
  });
}
