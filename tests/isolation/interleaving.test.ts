import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handleTrpc } from "@/server/http/trpc";
import { addRows, type Rows } from "@/tests/isolation/inputs";
import { FORBIDDEN } from "@/tests/support/answers";
import { eventually, holdAt } from "@/tests/support/hold";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { appended } from "@/tests/support/refusals";

/**
 * A request here is one call of a procedure: who calls, budget, permission, input, a transaction of its own under the
 * settings of its caller, output. They come in HTTP batches of the size that the API allows, as a browser sends them.
 * A gate run has a hundred thousand of them (HOLDFAST_INTERLEAVED), which takes two minutes.
 */
const REQUESTS = Number(process.env.HOLDFAST_INTERLEAVED ?? 10_000);
const BATCH = 20;
const UNAVAILABLE =
  '{"error":{"code":-32603,"message":"The service can not answer now. Try again shortly.","data":{"code":"SERVICE_UNAVAILABLE","httpStatus":503,"requestId":""}}}';
const POOL = 3;
/** Batches under way at once. */
const AT_ONCE = 6;

interface Side {
  mark: string;
  people: Person[];
  rows: Rows;
  tasks: string[];
}

interface Call {
  path: string;
  input: Record<string, unknown>;
  /** It names a row of the other workspace. */
  isForeign?: boolean;
}

let house: House;
let sides: [Side, Side];
/** What was answered, by procedure; a refusal counts apart. */
const answered = new Map<string, number>();

beforeAll(async () => {
  house = await openHouse({ databasePool: POOL, auditSealEvery: 3_600_000 });
  sides = [await openSide("xylophone"), await openSide("marzipan")];
  await house.admin`truncate audit_event, audit_detail`;
});
afterAll(() => house.close());

async function openSide(mark: string): Promise<Side> {
  const [owner, colleague] = [await house.person(), await house.person()];
  const { id } = await owner.in().workspace.create({ name: `Team ${mark}` });
  await house.join(colleague, id, "admin");
  await house.admin`update "user" set name = ${`Colleague ${mark}`} where id = ${colleague.userId}`;
  const rows = await addRows(house, owner, id, mark);
  const tasks = [rows.task];
  while (tasks.length < 8) tasks.push((await owner.in(id).task.create({ title: `Task ${mark}` })).id);
  return { mark, people: [owner, colleague], rows, tasks };
}

function readsOf({ mark, rows, tasks }: Side, other: Side, turn: number): Call[] {
  const id = tasks[turn % tasks.length];
  return [
    { path: "task.get", input: { id } },
    { path: "task.list", input: { limit: 4 } },
    { path: "task.get", input: { id: other.tasks[turn % other.tasks.length] }, isForeign: true },
    { path: "project.get", input: { id: rows.project } },
    { path: "document.get", input: { id: rows.document } },
    { path: "project.list", input: { search: mark } },
    { path: "member.list", input: {} },
    { path: "document.get", input: { id: other.rows.document }, isForeign: true },
    { path: "workspace.get", input: { id: rows.workspace } },
    { path: "document.versions", input: { id: rows.document } },
  ];
}

function writesOf({ mark, rows, tasks }: Side, other: Side, turn: number): Call[] {
  const title = `Task ${mark} ${turn}`;
  const foreign = other.tasks[turn % other.tasks.length];
  return [
    ...tasks.map((id) => ({ path: "task.update", input: { id, title } })),
    { path: "task.create", input: { title, projectId: rows.project } },
    { path: "task.update", input: { id: foreign, title }, isForeign: true },
    { path: "task.delete", input: { id: foreign }, isForeign: true },
    { path: "task.create", input: { title, projectId: other.rows.project }, isForeign: true },
  ];
}

/** One batch of a caller's; every answer in it is looked at. */
async function batch(side: Side, other: Side, { turn, isWrite }: { turn: number; isWrite: boolean }) {
  const kinds = (isWrite ? writesOf : readsOf)(side, other, turn);
  const calls = Array.from({ length: BATCH }, (_, index) => kinds[(turn + index) % kinds.length] as Call);
  const url = new URL(`/api/trpc/${calls.map(({ path }) => path)}?batch=1`, house.runtime.env.baseUrl);
  const inputs = JSON.stringify(Object.fromEntries(calls.map(({ input }, index) => [index, input])));
  if (!isWrite) url.searchParams.set("input", inputs);
  const person = side.people[turn % side.people.length];
  const headers = { cookie: person?.cookie ?? "", "x-workspace-id": side.rows.workspace };
  const post = { method: "POST", body: inputs, headers: { ...headers, "content-type": "application/json" } };
  const response = await handleTrpc(house.runtime, new Request(url, isWrite ? post : { headers }));
  const answers = (await response.json()) as unknown[];
  expect(answers).toHaveLength(BATCH);
  answers.forEach((answer, index) => {
    judge(JSON.stringify(answer), calls[index] as Call, { side, other });
  });
}

function judge(text: string, { path, isForeign }: Call, { side, other }: { side: Side; other: Side }): void {
  const name = isForeign ? `${path} refused` : path;
  answered.set(name, (answered.get(name) ?? 0) + 1);
  const isRight = isForeign
    ? text.replace(/"requestId":"[^"]*"/, '"requestId":""') === FORBIDDEN
    : text.startsWith('{"result"') && text.includes(side.mark);
  // By hand: a hundred thousand assertions cost more than the requests.
  if (!isRight || text.includes(other.mark) || text.includes(other.rows.workspace))
    throw new Error(`${side.mark} asked for ${name} and was answered ${text}`);
}

describe(`${REQUESTS} requests of two workspaces over ${POOL} connections`, () => {
  it("are each answered with rows of its own workspace, and written there", {
    timeout: 900_000,
  }, async () => {
    let left = REQUESTS / BATCH;
    const lane = async () => {
      for (let turn = left--; turn > 0; turn = left--) {
        const [side, other] = turn % 2 === 0 ? sides : [sides[1], sides[0]];
        // One in five writes; two turns each, so that both workspaces do.
        await batch(side, other, { turn, isWrite: turn % 10 < 2 });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    expect([...answered.values()].reduce((sum, count) => sum + count)).toBe(REQUESTS);
    expect([...answered.keys()].filter((name) => name.endsWith("refused"))).toHaveLength(5);
  });

  it("left no row in the other workspace, and one in the trail, with its detail, for each that was written", async () => {
    for (const [index, { mark, rows, people }] of sides.entries()) {
      const other = sides[1 - index]?.mark ?? "";
      const [tasks] = await house.admin<{ strayed: number; all: number }[]>`
        select count(*) filter (where t::text not like ${`%${mark}%`} or t::text like ${`%${other}%`})::int as strayed,
          count(*)::int as all from task t where workspace_id = ${rows.workspace}`;
      expect(tasks?.strayed).toBe(0);
      const strangers = await house.admin`
        select 1 from audit_event where workspace_id = ${rows.workspace}
          and actor_id not in ${house.admin(people.map(({ userId }) => userId))}`;
      expect(strangers).toEqual([]);
    }
    const written = await house.admin<{ action: string; rows: number; details: number }[]>`
      select action, count(*)::int as rows, count(d.event_id)::int as details
      from audit_event e left join audit_detail d on d.event_id = e.id
      where outcome = 'success' group by action order by action`;
    const expected = ["task.create", "task.update"].map((action) => {
      const rows = answered.get(action);
      return { action, rows, details: rows };
    });
    expect(written).toEqual(expected);
  });

  it("counted each that was refused, as its caller's", async () => {
    await appended(house);
    const counted = await house.admin<{ name: string; count: number }[]>`
      select target || ' refused' as name, sum(count)::int as count from audit_event
      where outcome = 'denied' and actor_id in ${house.admin(sides.flatMap(({ people }) => people.map(({ userId }) => userId)))}
      group by target`;
    const refused = [...answered].filter(([name]) => name.endsWith("refused"));
    expect(Object.fromEntries(counted.map(({ name, count }) => [name, count]))).toEqual(
      Object.fromEntries(refused),
    );
  });
});

describe(`a hundred writes at once over ${POOL} connections, of which none comes free`, () => {
  it("are all answered in time, and each is done whole or not at all", { timeout: 60_000 }, async () => {
    await house.admin`truncate audit_event, audit_detail`;
    const [{ people, rows }] = sides;
    const hold = await holdAt(house.database.adminUrl, "task", "insert");
    const settled: { status: number; ms: number }[] = [];
    const begin = performance.now();
    const pending = Array.from({ length: 100 }, async (_, index) => {
      const headers = { "x-workspace-id": rows.workspace };
      const person = people[index % people.length] as Person;
      const answer = await house.call(person, "task.create", { title: `held ${index}` }, headers);
      settled.push({ status: answer.status, ms: performance.now() - begin });
      return answer;
    });
    await hold.reached(POOL);
    // A request waits ten seconds for a connection, then it is told.
    await eventually(async () => settled.length === 100 - POOL);
    expect(new Set(settled.map(({ status }) => status))).toEqual(new Set([503]));
    expect(Math.max(...settled.map(({ ms }) => ms))).toBeLessThan(15_000);
    await hold.release();
    const answers = await Promise.all(pending);
    const done = answers.filter(({ status }) => status === 200);
    expect(done).toHaveLength(POOL);
    for (const { status, text } of answers)
      expect([status, text]).toEqual(status === 200 ? [200, text] : [503, UNAVAILABLE]);
    const [made] = await house.admin`
      select (select count(*) from task where title like 'held %')::int as tasks,
        (select count(*) from audit_event where action = 'task.create')::int as rows`;
    expect(made).toEqual({ tasks: POOL, rows: POOL });
  });
});
