import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addRows, CASES, type Rows } from "@/tests/isolation/inputs";
import { dataOf } from "@/tests/support/answers";
import { eventually } from "@/tests/support/hold";
import { type House, openHouse, type Person, procedureType } from "@/tests/support/house";

/** More requests than connections, many times over: a request that took two could starve all others. */
const POOL = 3;
const AT_ONCE = 100;

/** Ask for a secret that is spent once, or reach into what another call of the same person needs. */
const APART = ["user.claimFirstAdmin", "invitation.accept", "invitation.decline", "session.revokeOthers"];
const MUTATIONS = Object.keys(CASES).filter(
  (path) => procedureType(path) === "mutation" && !APART.includes(path),
);

let house: House;
let person: Person;
beforeAll(async () => {
  // Else its sealer may be at work whenever one looks which connections are.
  house = await openHouse({ databasePool: POOL, auditSealEvery: 60_000 });
  // An admin, who may see to alerts as well.
  person = await house.person({ role: "admin" });
});
afterAll(() => house.close());

/** A workspace with rows for each call of its own, so that every one of them can succeed. */
async function rowsFor(calls: number): Promise<Rows[]> {
  const made: Rows[] = [];
  for (let index = 0; index < calls; index++) {
    const { id } = await person.in().workspace.create({ name: "Pool" });
    made.push(await addRows(house, person, id, `number ${index}`));
  }
  return made;
}

const written = () =>
  house.admin<{ action: string; rows: number }[]>`
    select action, count(*)::int as rows from audit_event where action like '%.%' group by action order by action`;

describe(`${AT_ONCE} requests at once over ${POOL} connections`, () => {
  it("of every kind of mutation are all answered, each with one row in the trail", async () => {
    const rows = await rowsFor(AT_ONCE);
    await house.admin`truncate audit_event, audit_detail`;
    const paths = rows.map((_, index) => MUTATIONS[index % MUTATIONS.length] ?? "");
    const answers = await Promise.all(
      paths.map((path, index) => {
        const own = rows[index] as Rows;
        return house.call(person, path, CASES[path]?.input(own), { "x-workspace-id": own.workspace });
      }),
    );
    const refused = answers.flatMap(({ status }, index) =>
      status === 200 ? [] : [`${paths[index]} ${status}`],
    );
    expect(refused).toEqual([]);
    const expected = MUTATIONS.toSorted().map((action) => ({
      action,
      rows: paths.filter((path) => path === action).length,
    }));
    expect(await written()).toEqual(expected);
  });

  it("that create, change and delete one row after the other leave right counts", async () => {
    await house.admin`truncate audit_event, audit_detail`;
    const { id: workspace } = await person.in().workspace.create({ name: "Chains" });
    const headers = { "x-workspace-id": workspace };
    const chain = async (noun: "task" | "document" | "project") => {
      const title = noun === "project" ? "name" : "title";
      const { id } = dataOf(await house.call(person, `${noun}.create`, { [title]: "x" }, headers));
      dataOf(await house.call(person, `${noun}.update`, { id, [title]: "y", version: 1 }, headers));
      dataOf(await house.call(person, `${noun}.delete`, { id, version: 2 }, headers));
    };
    const nouns = ["task", "document", "project"] as const;
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => chain(nouns[index % 3] ?? "task")));
    const counts = { task: 34, document: 33, project: 33 };
    const expected = Object.entries(counts).flatMap(([noun, rows]) =>
      ["create", "delete", "update"].map((verb) => ({ action: `${noun}.${verb}`, rows })),
    );
    const [created] =
      await house.admin`select count(*)::int as rows from audit_event where action = 'workspace.create'`;
    expect(created?.rows).toBe(1);
    const byName = (a: { action: string }, b: { action: string }) => a.action.localeCompare(b.action);
    expect((await written()).filter(({ action }) => action !== "workspace.create")).toEqual(
      expected.toSorted(byName),
    );
    const [left] = await house.admin`
      select (select count(*) from task where workspace_id = ${workspace})
        + (select count(*) from project where workspace_id = ${workspace})
        + (select count(*) from document where workspace_id = ${workspace}) as rows`;
    expect(Number(left?.rows)).toBe(0);
  });

  it("of which many are refused do not leak a connection", async () => {
    const [own] = await rowsFor(1);
    const foreign = (await rowsFor(1))[0];
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, index) =>
          index % 2 === 0
            ? house.call(person, "task.get", { id: own?.task }, { "x-workspace-id": own?.workspace ?? "" })
            : house.call(
                person,
                "task.update",
                { id: foreign?.task, title: "x" },
                { "x-workspace-id": own?.workspace ?? "" },
              ),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual(
        answers.map((_, index) => (index % 2 === 0 ? 200 : 403)),
      );
    }
    // What was refused is being appended meanwhile; a connection that leaked stays busy.
    await eventually(async () => {
      const busy = await house.admin`
        select 1 from pg_stat_activity where datname = current_database() and usename = 'holdfast_app' and state <> 'idle'`;
      return busy.length === 0;
    });
  });
});
