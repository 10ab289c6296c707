/** `npm run bench:scaling`: derives the tables of docs/scaling.md from the figures that stand in it, and writes them there. */
import { readFileSync, writeFileSync } from "node:fs";

const PAGE = "docs/scaling.md";
const USERS = [1e3, 1e6, 1e9];
const DAY_S = 86_400;
const GB = 1e9;
const MONTH_HOURS = 730;
/** Heartbeats of each process, a second: one in 150 ms (db/access-notices.ts). */
const BEATS = 1000 / 150;
/** Notices of changes of each process, a second, at most: one in 10 ms (db/notifier.ts). */
const GATHERED = 1000 / 10;

type Figures = (name: string) => number;

/** The figures of a page: rows of its tables that begin with a name in backticks and a number. */
function figuresOf(page: string): Figures {
  const rows = page.matchAll(/^\| `(\w+)` \| ([\d.,]+) \|/gm);
  const found = new Map(
    [...rows].map(([, name = "", text = ""]) => [name, Number(text.replaceAll(",", ""))]),
  );
  return (name) => {
    const value = found.get(name);
    if (value === undefined || Number.isNaN(value)) throw new Error(`${PAGE} has no figure ${name}`);
    return value;
  };
}

/** What so many people do and need. Rates are those of the peak, in a second. */
function derive(users: number, of: Figures) {
  const active = users * of("active");
  const daily = {
    reads: active * of("reads"),
    writes: active * of("writes"),
    refusals: active * of("refusals"),
    signIns: active * of("sign_ins"),
  };
  const requests = daily.reads + daily.writes + daily.refusals + daily.signIns;
  const peak = (count: number) => (count / DAY_S) * of("peak");
  const [reads, writes, refusals, signIns] = [daily.reads, daily.writes, daily.refusals, daily.signIns].map(
    peak,
  ) as [number, number, number, number];
  const serverCores =
    (reads * of("list_cpu") +
      writes * of("create_cpu") +
      refusals * of("refusal_cpu") +
      signIns * of("sign_in_cpu")) /
    1000;
  const databaseCores =
    (reads * of("list_db") +
      writes * of("create_db") +
      refusals * of("refusal_db") +
      signIns * of("sign_in_db")) /
    1000;
  const replicas = Math.ceil(serverCores / of("busy")) + of("spare");
  const computeUnits = Math.max(of("least_cu"), Math.ceil((4 * databaseCores) / of("busy")) / 4);
  const sealed = of("event_bytes") + of("seal_bytes");
  const year = {
    people: (users * of("person_bytes")) / GB,
    tasks: (365 * daily.writes * of("creates") * of("task_bytes")) / GB,
    changes: (365 * daily.writes * (sealed + of("detail_bytes"))) / GB,
    refused: (365 * daily.refusals * sealed) / GB,
    signIns: (daily.signIns * (365 * 2 * sealed + 7 * of("session_bytes"))) / GB,
  };
  const storage = Object.values(year).reduce((sum, value) => sum + value, 0);
  const charges = reads + writes + signIns * 3;
  const redis = 2 * Math.ceil(charges / of("redis_rate"));
  const money = {
    servers: replicas * of("price_core"),
    database: computeUnits * MONTH_HOURS * of("price_cu"),
    storage: storage * of("price_gb"),
    history: ((7 * daily.writes * of("wal_bytes")) / GB) * of("price_history"),
    redis: redis * of("price_redis"),
    mail: ((30 * daily.signIns * of("mails")) / 1000) * of("price_mail"),
    traffic: ((30 * daily.reads * of("list_bytes")) / GB) * of("price_traffic"),
  };
  return {
    ...{ active, requests, mean: requests / DAY_S, peak: peak(requests), reads, writes, refusals, signIns },
    ...{
      auditRows: writes + refusals + signIns * 2,
      serverCores,
      databaseCores,
      replicas,
      computeUnits,
      charges,
      redis,
    },
    ...{ notices: Math.min(writes, replicas * GATHERED) + replicas * BEATS, year, storage, money },
  };
}

type Derived = ReturnType<typeof derive>;

const TABLES: Record<string, readonly (readonly [string, (one: Derived) => number])[]> = {
  load: [
    ["people active in a day", (one) => one.active],
    ["requests a day", (one) => one.requests],
    ["requests/s, mean", (one) => one.mean],
    ["requests/s, peak", (one) => one.peak],
    ["reads/s, peak", (one) => one.reads],
    ["writes/s, peak", (one) => one.writes],
    ["refusals/s, peak, none folded", (one) => one.refusals],
    ["sign-ins/s, peak", (one) => one.signIns],
    ["audit rows/s, peak", (one) => one.auditRows],
    ["charges to budgets/s, peak", (one) => one.charges],
  ],
  machines: [
    ["server cores in use at the peak", (one) => one.serverCores],
    ["server processes", (one) => one.replicas],
    ["database cores in use at the peak", (one) => one.databaseCores],
    ["compute units of the database", (one) => one.computeUnits],
    ["commits with NOTIFY/s, peak", (one) => one.notices],
    ["Redis nodes, each with its twin", (one) => one.redis],
  ],
  storage: [
    ["people, workspaces, memberships", (one) => one.year.people],
    ["tasks made", (one) => one.year.tasks],
    ["audit of changes, with details and seals", (one) => one.year.changes],
    ["audit of refusals, none folded", (one) => one.year.refused],
    ["audit of sign-ins, and sessions of a week", (one) => one.year.signIns],
    ["**all, GB**", (one) => one.storage],
  ],
  money: [
    ["server processes", (one) => one.money.servers],
    ["database, compute", (one) => one.money.database],
    ["database, storage after one year", (one) => one.money.storage],
    ["database, history of 7 days", (one) => one.money.history],
    ["Redis", (one) => one.money.redis],
    ["mail", (one) => one.money.mail],
    ["traffic of lists", (one) => one.money.traffic],
    ["**all, USD a month**", ({ money }) => Object.values(money).reduce((sum, value) => sum + value, 0)],
  ],
};

/** Three digits count; whole numbers get their commas. */
function text(value: number): string {
  if (value >= 1000) return Math.round(Number(value.toPrecision(3))).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}

function tableOf(lines: readonly (readonly [string, (one: Derived) => number])[], all: Derived[]): string {
  const head = ["", "10³ users", "10⁶ users", "10⁹ users"];
  const rows = lines.map(([name, value]) => [name, ...all.map((one) => text(value(one)))]);
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), "| --- | ---: | ---: | ---: |", ...rows.map(line)].join("\n");
}

let page = readFileSync(PAGE, "utf8");
const all = USERS.map((users) => derive(users, figuresOf(page)));
for (const [name, lines] of Object.entries(TABLES)) {
  const [begin, end] = [`<!-- derived:${name} begin -->`, `<!-- derived:${name} end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has lost the markers of ${name}`);
  page = `${page.slice(0, from)}${begin}\n${tableOf(lines, all)}\n${page.slice(to)}`;
}
writeFileSync(PAGE, page);
console.log(`written: ${PAGE}`);
