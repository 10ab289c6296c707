import { parseArgs } from "node:util";
import { erasePerson } from "@/db/takings";
import { withTrail } from "@/server/cli/trail";
import { erasureRecord } from "@/server/guard/seal-takings";

const USAGE = "usage: holdfast user erase <id> --confirm [--json]";

/** `user erase`: takes all that names a person out of the database, except what docs/operations.md says must stay. */
export async function eraseUser(args: string[]): Promise<number> {
  const options = {
    confirm: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [given = "", ...others] = positionals;
  const id = given.toLowerCase();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) || others.length > 0) throw new Error(USAGE);
  if (!values.confirm)
    throw new Error(
      `this can not be undone: it deletes ${id}'s accounts, sessions, memberships, personal workspace and audit details; say --confirm`,
    );
  return withTrail(async ({ keys, change }) => {
    const details = await change((sql) => erasePerson(sql, id, erasureRecord(keys, id)));
    const said = `${id} is erased, with ${details} details of the audit trail`;
    console.log(values.json ? JSON.stringify({ id, details }) : said);
    return 0;
  });
}
