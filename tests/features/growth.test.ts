import { drizzle } from "drizzle-orm/pg-proxy";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Scope } from "@/db/scope";
import { AS_SECURITY, rowsBetween } from "@/db/seals";
import type { ScopedDatabase, TransactionSettings } from "@/db/transaction";
import { SETTINGS, settingsValues } from "@/db/transaction/statement";
import { listProjects } from "@/server/features/project/queries";
import { listAll } from "@/server/features/security-event/queries";
import { listTasks } from "@/server/features/task/queries";
import { type House, openHouse, type Person } from "@/tests/support/house";

/** What a call costs may not grow with the table: how PostgreSQL means to find the rows, behind the walls, for any values. */
let house: House;
let person: Person;
beforeAll(async () => {
  house = await openHouse({ auditSealEvery: 3_600_000 });
  person = await house.person();
  const project = await person.in().project.create({ name: "Large" });
  await house.admin`
    insert into task (id, workspace_id, owner_id, project_id, title, priority)
    select uuidv7(), ${person.workspaceId}, ${person.userId}, case when n % 30 = 0 then ${project.id}::uuid end, 'Task', case when n < 20 then 'urgent' else 'normal' end
    from generate_series(1, 3000) n`;
  await house.admin`
    insert into audit_event (id, actor_kind, action, resource_kind, outcome)
    select uuidv7(), 'system', 'task.update', 'task', 'success' from generate_series(1, 3000)`;
  await house.admin.unsafe("vacuum (analyze) task, audit_event, audit_detail");
});
afterAll(() => house.close());

/** The plan for the last statement that `ask` sends. */
async function planOf(
  settings: TransactionSettings,
  ask: (scope: Scope, tx: ScopedDatabase) => unknown,
): Promise<string> {
  const sent: string[] = [];
  const rowOfProject = [["019a0000-0000-7000-8000-000000000001", ...Array.from({ length: 8 }, () => null)]];
  const tx = drizzle(async (text) => {
    sent.push(text);
    return { rows: /from "project"/.test(text) ? rowOfProject : [] };
  }) as unknown as ScopedDatabase;
  const unsafe = (text: string) => {
    sent.push(text);
    return Promise.resolve([]);
  };
  const { workspaceId, userId, reach } = settings;
  await ask({ tx, unsafe, workspaceId, userId, reach, changes: [] } as unknown as Scope, tx);
  const lines = await house.admin.begin(async (sql) => {
    // Few rows lie in few pages, which PostgreSQL would rather read whole.
    await sql`set local enable_seqscan = off`;
    await sql`set local enable_bitmapscan = off`;
    await sql.unsafe(SETTINGS, settingsValues(settings));
    return sql.unsafe(`explain (generic_plan, costs off) ${sent.at(-1)}`).simple();
  });
  return lines.map((line) => line["QUERY PLAN"]).join("\n");
}

const asPerson = (): TransactionSettings => ({
  ...{ role: "holdfast_tenant", workspaceId: person.workspaceId, userId: person.userId },
  ...{ reach: "any", workspaceIds: [] },
});
const CURSOR = "AZoAAAAAcACAAAAAAAAAAQ";

describe("with many rows", () => {
  it("a list of tasks of one priority walks an index of the priority", async () => {
    const plan = await planOf(asPerson(), (scope) =>
      listTasks(scope, { priority: "urgent", limit: 50, cursor: CURSOR }),
    );
    expect(plan).toMatch(/using task_priority/);
    expect(plan).toMatch(/Index Cond: .*priority = .*id < /);
    expect(plan).not.toMatch(/Sort/);
  });

  it("a search walks the newest tasks, and stops where a page ends", async () => {
    const plan = await planOf(asPerson(), (scope) => listTasks(scope, { search: "words", limit: 50 }));
    expect(plan).toMatch(
      /^Limit\n {2}-> {2}Subquery Scan on seen.*Limit\n.*WindowAgg.*Index Scan Backward using task_key/s,
    );
    expect(plan).not.toMatch(/Sort|Bitmap/);
  });

  it("counting the tasks of projects looks at an index alone", async () => {
    const plan = await planOf(asPerson(), (scope) => listProjects(scope, { archived: false, limit: 48 }));
    expect(plan).toMatch(/Index Only Scan using task_project/);
  });

  it("an export of a range of time walks the times, and goes on where it was", async () => {
    const range = { after: "2026-01-01T00:00:00Z", before: "2026-01-02T00:00:00Z" };
    const plan = await planOf(AS_SECURITY, (scope) =>
      listAll(scope, { ...range, limit: 1_000, cursor: CURSOR }),
    );
    expect(plan).toMatch(/Index Scan Backward using audit_event_time/);
    expect(plan).toMatch(/Index Cond: \(\(ROW\(at, id\) < .*at >= .*at < /);
  });

  it("verifying a seal looks at the rows of that seal, and at none after them", async () => {
    const [from, to] = [
      { lastXid: "700", lastId: "019a0000-0000-7000-8000-000000000001" },
      { lastXid: "701", lastId: "019a0000-0000-7000-8000-000000000002" },
    ];
    const plan = await planOf(AS_SECURITY, (_, tx) => rowsBetween(tx, from, to));
    expect(plan).toMatch(/Index Cond: \(\(ROW\(xid, id\) > .*ROW\(xid, id\) <= /);
    expect(plan).toMatch(/using audit_detail_pkey/);
    expect(plan).not.toMatch(/Hash|Merge/);
  });
});
