import postgres from "postgres";
import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dataOf } from "@/tests/support/answers";
import { type House, openHouse, type Person } from "@/tests/support/house";

let house: House;
let admin: Person;
let auditor: Person;
beforeAll(async () => {
  house = await openHouse();
  [admin, auditor] = await Promise.all([house.person({ role: "admin" }), house.person({ role: "auditor" })]);
});
afterAll(() => house.close());

describe("the second wall of alerts and refusals", () => {
  let login: postgres.Sql;
  beforeAll(() => {
    login = postgres(house.database.appUrl, { max: 1, onnotice: () => {} });
  });
  afterAll(() => login.end({ timeout: 5 }));

  interface As {
    role: string;
    user?: string;
    reach?: string;
  }
  /** Rows that a statement touches, or its SQLSTATE; undone in any case. */
  const attempt = ({ role, user = "", reach = "any" }: As, statement: string) =>
    login
      .begin(async (sql) => {
        await sql`select set_config('role', ${role}, true), set_config('app.user_id', ${user}, true),
          set_config('app.workspace_id', ${admin.workspaceId}, true), set_config('app.reach', ${reach}, true)`;
        throw Object.assign(new Error("undone"), { code: (await sql.unsafe(statement)).count });
      })
      .catch((error: { code: string | number }) => error.code);
  const security = (more: Partial<As> = {}) => ({ role: "holdfast_security", ...more });
  const insert = (rule = "audit_seal_lag", more = "") =>
    `insert into alert (id, rule, severity, subject_kind, first_at, last_at, window_key${more && ", acknowledged_at, acknowledged_by"})
     values (gen_random_uuid(), '${rule}', 'warning', 'house', now(), now(), gen_random_uuid()${more})`;
  const refuse = (outcome: string, more = "", values = "") =>
    `insert into audit_event (id, actor_kind, actor_id, action, resource_kind, outcome${more})
     values (gen_random_uuid(), 'user', '${auditor.userId}', 'authz_fail', 'task', '${outcome}'${values})`;

  it.each(["holdfast_tenant", "holdfast_identity"])("%s has nothing to do with alerts", async (role) => {
    for (const statement of [
      "select 1 from alert",
      "delete from alert",
      "update alert set resolved_at = now()",
      insert(),
    ])
      expect([statement, await attempt({ role, user: admin.userId }, statement)]).toEqual([
        statement,
        "42501",
      ]);
  });

  it("lets security neither delete nor alter an alert, nor empty the table", async () => {
    for (const statement of [
      "delete from alert",
      "truncate alert",
      "update alert set rule = 'audit_seal_lag'",
      "update alert set subject_id = null, details = '{}'",
      "update alert set count = 1",
    ])
      expect([statement, await attempt(security({ user: admin.userId }), statement)]).toEqual([
        statement,
        "42501",
      ]);
  });

  it("shows alerts to whose grant reaches any, and to nobody else", async () => {
    expect(await attempt(security({ user: admin.userId }), "select 1 from alert")).toBeGreaterThan(0);
    expect(await attempt(security({ user: admin.userId, reach: "own" }), "select 1 from alert")).toBe(0);
  });

  it("takes alerts from the recorder, and from no call", async () => {
    expect(await attempt(security(), insert())).toBe(1);
    expect(await attempt(security({ user: admin.userId }), insert())).toBe("42501");
    expect(await attempt(security({ reach: "own" }), insert())).toBe("42501");
    expect(await attempt(security(), insert("audit_seal_lag", `, now(), '${admin.userId}'`))).toBe("42501");
  });

  it("lets a person see to an alert once, in their own name; the recorder sees to none", async () => {
    const id = v7();
    await house.admin`insert into alert (id, rule, severity, subject_kind, first_at, last_at, window_key)
      values (${id}, 'limit_store_down', 'warning', 'house', now(), now(), ${id})`;
    const settle = (by: string, column = "resolved") =>
      `update alert set ${column}_at = now(), ${column}_by = '${by}' where id = '${id}'`;
    const me = security({ user: admin.userId });
    for (const column of ["resolved", "acknowledged"]) {
      expect(await attempt(me, settle(admin.userId, column))).toBe(1);
      expect(await attempt(me, settle(auditor.userId, column))).toBe("42501");
      expect(await attempt(security(), settle(admin.userId, column))).toBe(0);
      expect(
        await attempt(security({ user: admin.userId, reach: "own" }), settle(admin.userId, column)),
      ).toBe(0);
      dataOf(await house.call(admin, `alert.${column === "resolved" ? "resolve" : "acknowledge"}`, { id }));
      expect(await attempt(me, settle(admin.userId, column))).toBe("42501");
      expect(
        await attempt(me, `update alert set ${column}_at = null, ${column}_by = null where id = '${id}'`),
      ).toBe("42501");
    }
  });

  it("takes of others what was refused, and never what was done", async () => {
    expect(await attempt(security(), refuse("denied"))).toBe(1);
    expect(await attempt(security(), refuse("failure"))).toBe(1);
    expect(await attempt(security(), refuse("success"))).toBe("42501");
    expect(await attempt(security(), refuse("denied", ", xid", ", '3'"))).toBe("42501");
    expect(await attempt(security(), refuse("denied", ", count", ", 0"))).toBe("42501");
    expect(await attempt(security(), refuse("denied", ", resource_id", ", gen_random_uuid()"))).toBe("42501");
    expect(await attempt(security(), refuse("denied", ", workspace_id", `, '${admin.workspaceId}'`))).toBe(
      "42501",
    );
    expect(await attempt(security({ user: admin.userId }), refuse("denied"))).toBe("42501");
    expect(await attempt(security({ reach: "own" }), refuse("denied"))).toBe("42501");
    for (const role of ["holdfast_tenant", "holdfast_identity"])
      expect(await attempt({ role }, refuse("denied"))).toBe("42501");
  });
});
