import { Column, is, Param, Placeholder, SQL, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import type { Scope } from "@/db/scope";
import type { ScopedDatabase } from "@/db/transaction";

interface Decoder {
  mapFromDriverValue(value: unknown): unknown;
}

/** What Drizzle 0.45 makes of a query, of which its types do not tell. */
interface Prepared {
  queryString: string;
  params: unknown[];
  /** Undefined: the rows are not read. */
  fields?: { path: string[]; field: Column | SQL | { sql: SQL } }[];
}

/** The end of a chain of Drizzle's: what it makes is sent when it is told its values. */
interface Preparable<Rows> {
  prepare(name: string): { execute(values: Record<string, unknown>): Promise<Rows> };
}

/** Where a value goes, and how its column writes it. */
interface Place {
  name: string;
  encoder: { mapToDriverValue(value: unknown): unknown } | undefined;
}

/** A query in one form: only its values are missing. */
interface Form {
  text: string;
  places: Place[];
  read: ((row: unknown[]) => object) | undefined;
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
  const forms = new Map<string, Form>();
  return async (scope, values) => {
    let name: string = scope.reach;
    for (const key in values) if (values[key] !== undefined) name += `,${key}`;
    let form = forms.get(name);
    if (!form) {
      const given = Object.entries(values).filter(([, value]) => value !== undefined);
      const places = Object.fromEntries(given.map(([key]) => [key, sql.placeholder(key)]));
      form = formOf(build(drizzle.mock(), blueprint(scope), places as Values).prepare("kept"));
      forms.set(name, form);
    }
    const { text, places, read } = form;
    const filled = places.map((place) => valueAt(place, scope, values as Record<string, unknown>));
    const rows = await scope.unsafe(text, filled, { asArrays: read !== undefined });
    return (read ? (rows as unknown[][]).map(read) : rows) as Rows;
  };
}

const WORKSPACE = "scope.workspaceId";
const USER = "scope.userId";

/** The scope of nobody: whoever calls fills its places. */
function blueprint({ reach }: Scope): Scope {
  const places = { workspaceId: sql.placeholder(WORKSPACE), userId: sql.placeholder(USER) };
  return { ...places, reach, changes: [] } as unknown as Scope;
}

function formOf(prepared: object): Form {
  const { queryString, params, fields } = prepared as Prepared;
  return { text: queryString, places: params.map(placeOf), read: fields && readerOf(fields) };
}

/** A value that stood in the text would be one caller's in the query of all others. */
function placeOf(param: unknown): Place {
  if (is(param, Placeholder)) return { name: param.name, encoder: undefined };
  if (is(param, Param) && is(param.value, Placeholder))
    return { name: param.value.name, encoder: param.encoder };
  throw new Error("a kept query holds a value of one call: hand it over among the values");
}

function valueAt({ name, encoder }: Place, scope: Scope, values: Record<string, unknown>): unknown {
  const value = valueNamed(name, scope, values);
  return encoder ? encoder.mapToDriverValue(value) : value;
}

function valueNamed(name: string, { workspaceId, userId }: Scope, values: Record<string, unknown>): unknown {
  if (name === WORKSPACE) return workspaceId;
  return name === USER ? userId : values[name];
}

/** Drizzle's own mapping, of which the questions about each column are asked once, and not of each value. */
function readerOf(fields: NonNullable<Prepared["fields"]>): NonNullable<Form["read"]> {
  const columns = fields.map(({ path, field }) => {
    const [name, ...deeper] = path;
    if (name === undefined || deeper.length > 0) throw new Error("a kept query selects columns, not tables");
    return { name, decoder: decoderOf(field) };
  });
  return (row) => {
    const read: Record<string, unknown> = {};
    for (const [index, { name, decoder }] of columns.entries()) {
      const value = row[index];
      read[name] = value === null ? null : decoder.mapFromDriverValue(value);
    }
    return read;
  };
}

function decoderOf(field: Column | SQL | { sql: SQL }): Decoder {
  if (is(field, Column)) return field;
  return ((is(field, SQL) ? field : field.sql) as unknown as { decoder: Decoder }).decoder;
}
