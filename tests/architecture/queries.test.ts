import { describe } from "vitest";
import { plant } from "./rules/planted";
import { breaks, keeps, path, statement } from "./rules/planted-queries";
import { queriesAreScoped } from "./rules/queries";

const rule = queriesAreScoped(["inWorkspace", "mine"]);

describe("reads", () => {
  plant(rule, [
    keeps(
      "a scoped select",
      "scope.tx.select().from(task).where(and(eq(task.id, input.id), inWorkspace(task, scope)))",
    ),
    keeps("personal data", "scope.tx.select().from(session).where(mine(session, scope))"),
    breaks("a select without where", "scope.tx.select().from(task)"),
    breaks("a where of the id alone", "scope.tx.select().from(task).where(eq(task.id, input.id))"),
    breaks("a predicate on another table", "scope.tx.select().from(task).where(inWorkspace(project, scope))"),
    breaks(
      "a predicate on another scope",
      "scope.tx.select().from(task).where(inWorkspace(task, elsewhere))",
    ),
    breaks("a grant that may be any", "scope.tx.select().from(task).where(ownOrAny(task, scope))"),
    breaks(
      "a predicate in one branch of or",
      "scope.tx.select().from(task).where(or(inWorkspace(task, scope), open))",
    ),
    keeps(
      "or with the scope in each branch",
      "scope.tx.select().from(task).where(or(inWorkspace(task, scope), mine(task, scope)))",
    ),
    breaks(
      "a condition that may be left out",
      "scope.tx.select().from(task).where(input.all ? undefined : inWorkspace(task, scope))",
    ),
    breaks("a negated predicate", "scope.tx.select().from(task).where(not(inWorkspace(task, scope)))"),
    breaks(
      "a second where over the first",
      "scope.tx.select().from(task).where(inWorkspace(task, scope)).where(eq(task.id, 1))",
    ),
    breaks(
      "a where on another line",
      "{ const q = scope.tx.select().from(task).$dynamic(); return q.where(inWorkspace(task, scope)); }",
    ),
    keeps(
      "a condition by name",
      "{ const here = and(eq(a, b), inWorkspace(task, scope)); return scope.tx.select().from(task).where(here); }",
    ),
    keeps(
      "a list of conditions",
      "{ const all = [inWorkspace(task, scope), eq(a, b)]; return scope.tx.select().from(task).where(and(...all)); }",
    ),
    breaks(
      "a condition that is assigned later",
      "{ let here = inWorkspace(task, scope); return scope.tx.select().from(task).where(here); }",
    ),
    breaks("a count without the scope", "scope.tx.$count(task, eq(task.id, input.id))"),
    breaks(
      "the relational builder",
      "scope.tx.query.task.findMany({ where: inWorkspace(task, scope) })",
      "raw statement",
    ),
    breaks("a raw statement", "scope.tx.execute(sql`now()`)", "raw statement"),
    breaks("a select in a template", "sql`(select count(*) from task)`", "in a template"),
    breaks(
      "a select inside a condition",
      "scope.tx.select().from(task).where(and(inWorkspace(task, scope), exists(scope.tx.select().from(member))))",
    ),
    keeps(
      "a sub-select by name",
      '{ const open = scope.tx.select().from(task).where(inWorkspace(task, scope)).as("open"); return scope.tx.select().from(open); }',
    ),
    keeps("Array.from", "Array.from(input.ids)"),
  ]);

  plant(rule, [
    {
      what: "accepts a condition made by a function of the file",
      path,
      text: `const visible = (scope: Scope) => and(isNull(task.archivedAt), inWorkspace(task, scope));
        ${statement("scope.tx.select().from(task).where(visible(scope))")}`,
    },
    {
      what: "looks at queries only",
      path: "server/identity/x.ts",
      text: statement("db.select().from(task)"),
    },
  ]);
});

describe("joins", () => {
  const from = "scope.tx.select().from(task)";
  plant(rule, [
    keeps(
      "a join with its own scope",
      `${from}.leftJoin(project, and(eq(a, b), inWorkspace(project, scope))).where(inWorkspace(task, scope))`,
    ),
    keeps(
      "a join held by the where",
      `${from}.innerJoin(project, eq(a, b)).where(and(inWorkspace(task, scope), inWorkspace(project, scope)))`,
    ),
    breaks(
      "a join without scope",
      `${from}.leftJoin(project, eq(a, b)).where(inWorkspace(task, scope))`,
      "leftJoin(project)",
    ),
    breaks(
      "a left join's condition for the base table",
      `${from}.leftJoin(project, and(inWorkspace(project, scope), inWorkspace(task, scope)))`,
      "from(task)",
    ),
    breaks(
      "a right join held by its condition only",
      `${from}.rightJoin(project, inWorkspace(project, scope)).where(inWorkspace(task, scope))`,
      "rightJoin(project)",
    ),
    breaks(
      "a cross join",
      `${from}.crossJoin(project).where(inWorkspace(task, scope))`,
      "crossJoin(project)",
    ),
  ]);
});

describe("writes", () => {
  plant(rule, [
    keeps(
      "a scoped update",
      "scope.tx.update(task).set({ title: input.title }).where(and(eq(task.id, input.id), inWorkspace(task, scope)))",
    ),
    breaks("an update without where", "scope.tx.update(task).set({ title: input.title })", "update(task)"),
    breaks(
      "an update of the id alone",
      "scope.tx.update(task).set({ title: 1 }).where(eq(task.id, input.id))",
      "update(task)",
    ),
    breaks(
      "a move to another workspace",
      "scope.tx.update(task).set({ workspaceId: input.to }).where(inWorkspace(task, scope))",
      "never changes its workspace",
    ),
    breaks("a delete without where", "scope.tx.delete(task)", "delete(task)"),
    breaks(
      "a delete under a with",
      "scope.tx.with(open).delete(task).where(eq(task.id, input.id))",
      "delete(task)",
    ),
    keeps("a delete from a local set", "{ const seen = new Set([1]); seen.delete(1); }"),
    keeps(
      "an insert into the scope",
      "scope.tx.insert(task).values({ ...input, workspaceId: scope.workspaceId, ownerId: scope.userId })",
    ),
    keeps(
      "an insert of several",
      "scope.tx.insert(task).values(input.rows.map((row) => ({ ...row, workspaceId: scope.workspaceId })))",
    ),
    breaks("an insert of what the caller says", "scope.tx.insert(task).values(input)", "insert(task)"),
    breaks(
      "an insert whose scope is replaced",
      "scope.tx.insert(task).values({ workspaceId: scope.workspaceId, ...input })",
      "insert(task)",
    ),
    breaks(
      "an upsert over a foreign row",
      "scope.tx.insert(task).values({ workspaceId: scope.workspaceId }).onConflictDoUpdate({ target: task.id, set: { title } })",
      "setWhere",
    ),
    keeps(
      "an upsert within the scope",
      "scope.tx.insert(task).values({ workspaceId: scope.workspaceId }).onConflictDoUpdate({ target: task.id, set: { title }, setWhere: inWorkspace(task, scope) })",
    ),
  ]);
});
