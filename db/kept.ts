import { is, Param, Placeholder, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import type { Scope } from "@/db/scope";
import type { ScopedDatabase } from "@/db/transaction";
import { clientOver } from "@/db/transaction/database";

interface Prepared<Rows> {
  execute(values: Record<string, unknown>): Promise<Rows>;
}

/** The end of a chain of Drizzle's: what it makes is sent when it is told its values. */
interface Preparable<Rows> {
  prepare(name: string): Prepared<Rows>;
}

/**
 * A query whose text is made once for each form, and sent as a prepared statement from then on: Drizzle takes longer to
 * write a query than PostgreSQL to answer it. A form is the reach of the grant and which of the values are given.
 * @param build Writes the query, as it would for one call; the values that it is handed are places for values to come,
 *   so it may bind them, and do nothing else with them.
 */
export function kept<Values extends object, Rows>(
  build: (tx: ScopedDatabase, scope: Scope, values: Values) => Preparable<Rows>,
): (scope: Scope, values: Values) => Promise<Rows> {
  const forms = new Map<string, Prepared<Rows>>();
  return (scope, values) => {
    const given = Object.entries(values).filter(([, value]) => value !== undefined);
    const form = [scope.reach, ...given.map(([name]) => name)].join();
    let prepared = forms.get(form);
    if (!prepared) {
      const places = Object.fromEntries(given.map(([name]) => [name, sql.placeholder(name)]));
      prepared = build(drizzle.mock(), blueprint(scope), places as Values).prepare("kept");
      onlyPlaces(prepared);
      forms.set(form, prepared);
    }
    const bound: Prepared<Rows> = Object.create(prepared, { client: { value: clientOver(scope.unsafe) } });
    return bound.execute({ ...values, [WORKSPACE]: scope.workspaceId, [USER]: scope.userId });
  };
}

const WORKSPACE = "scope.workspaceId";
const USER = "scope.userId";

/** The scope of nobody: whoever calls fills its places. */
function blueprint({ reach }: Scope): Scope {
  const places = { workspaceId: sql.placeholder(WORKSPACE), userId: sql.placeholder(USER) };
  return { ...places, reach, changes: [] } as unknown as Scope;
}

/** A value that stood in the text would be one caller's in the query of all others. */
function onlyPlaces(prepared: object): void {
  const { params = [] } = prepared as { params?: unknown[] };
  for (const param of params)
    if (!is(param, Placeholder) && !(is(param, Param) && is(param.value, Placeholder)))
      throw new Error("a kept query holds a value of one call: hand it over among the values");
}
