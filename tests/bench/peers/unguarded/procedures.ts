import { initTRPC } from "@trpc/server";
import { and, desc, eq, gte, lt, sql } from "drizzle-orm";
import { connectForTransactions, overPool } from "@/db/client";
import { isBefore, type PageValues, pageValues, toPage } from "@/db/page";
import { newId } from "@/db/schema/columns";
import { task } from "@/db/schema/task";
import { equals, matches, patternOf } from "@/db/search";
import {
  type CreateTask,
  createTaskInput,
  type ListTasks,
  listTasksInput,
  task as taskOutput,
  taskPage,
} from "@/server/features/task/schema";
import { newPosition } from "@/server/features/task/service";
import { withCompiledSchemas } from "@/server/guard/compiled";

/** Whose tasks: whatever the caller says. */
export interface Context {
  workspaceId: string;
  ownerId: string;
}

const { DATABASE_URL = "" } = process.env;
const db = overPool(connectForTransactions(DATABASE_URL, { max: 10, prepare: true }));

/** A statement written once for each set of values that are given, as db/kept.ts does for the product. */
function kept<Values extends object, Prepared>(write: (values: Values) => Prepared) {
  const forms = new Map<string, Prepared>();
  return (values: Values): Prepared => {
    const names = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    const form = names.join();
    let prepared = forms.get(form);
    if (!prepared) {
      prepared = write(Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as Values);
      forms.set(form, prepared);
    }
    return prepared;
  };
}

type ListValues = Omit<ListTasks, "search" | "cursor" | "limit"> &
  PageValues & { pattern: string | undefined; workspaceId: string };

/** The statement of the product's `task.list`, for a caller who may read all of a workspace. */
const list = kept((values: ListValues) =>
  db
    .select()
    .from(task)
    .where(
      and(
        eq(task.workspaceId, values.workspaceId),
        equals(task.projectId, values.projectId),
        equals(task.status, values.status),
        equals(task.priority, values.priority),
        equals(task.assigneeId, values.assigneeId),
        values.dueBefore === undefined ? undefined : lt(task.dueAt, values.dueBefore),
        values.dueAfter === undefined ? undefined : gte(task.dueAt, values.dueAfter),
        values.pattern === undefined ? undefined : matches(values.pattern, task.title, task.description),
        isBefore(task.id, values.before),
      ),
    )
    .orderBy(desc(task.id))
    .limit(values.rows)
    .prepare("list"),
);

const insert = kept((values: CreateTask & Context & { id: string; position: string }) =>
  db.insert(task).values(values).returning().prepare("insert"),
);

const trpc = initTRPC.context<Context>().create({ isDev: false });
const procedure = withCompiledSchemas(trpc.procedure);

const router = trpc.router({
  task: trpc.router({
    list: procedure
      .input(listTasksInput)
      .output(taskPage)
      .query(async ({ ctx, input: { search, cursor, limit, ...filters } }) => {
        const { workspaceId } = ctx;
        const values = {
          ...filters,
          pattern: search === undefined ? undefined : patternOf(search),
          ...pageValues({ cursor, limit }),
          workspaceId,
        };
        return toPage(await list(values).execute(values), limit);
      }),
    create: procedure
      .input(createTaskInput)
      .output(taskOutput)
      .mutation(async ({ ctx, input }) => {
        const values = { id: newId(), ...input, position: newPosition(), ...ctx };
        const [row] = await insert(values).execute(values);
        if (!row) throw new Error("nothing was made");
        return row;
      }),
  }),
});

export const { procedures } = router._def;
