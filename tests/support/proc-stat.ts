/**
 * The numbers of /proc/<pid>/stat or /proc/<pid>/task/<tid>/stat, by the number that proc(5) gives the field; from the third,
 * for the name before it, in parentheses, may hold anything.
 */
export function statField(stat: string): (number: number) => number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (number) => Number(fields[number - 3]);
}

/** Steps below the usual priority, of a process or a thread. */
export const NICE = 19;
