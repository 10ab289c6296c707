import type { Sql } from "@/db/client";

/**
 * Drops the rows of every seal up to `through` and writes down that it did; answers how many were dropped. The function
 * behind it takes whole seals only, none younger than a day. `sql` is a login that may become holdfast_migrator.
 */
export async function retainAudit(sql: Sql, through: number, record: string): Promise<number> {
  return sql.begin(async (tx) => {
    await tx`set local role holdfast_migrator`;
    const [row] = await tx`select retain_audit(${through}::bigint, ${record}) as dropped`;
    return Number(row?.dropped);
  });
}

/**
 * Erases a person, and writes down that it did; answers how many details of the trail are gone. `sql` as above.
 * @throws Error when there is no such person, or when a workspace would be left to others without an owner.
 */
export async function erasePerson(sql: Sql, personId: string, record: string): Promise<number> {
  return sql.begin(async (tx) => {
    await tx`set local role holdfast_migrator`;
    const [row] = await tx`select erase_person(${personId}::uuid, ${record}) as dropped`;
    return Number(row?.dropped);
  });
}
