/** The id of the row that a change is about: that of its answer, else that of its input. */
export function resourceIdOf(answer: unknown, input: unknown): string | null {
  return idOf(answer) ?? idOf(input);
}

function idOf(value: unknown): string | null {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "string"
    ? value.id
    : null;
}
