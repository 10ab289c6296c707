const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a part of an address can be an id at all; what cannot is not asked for. */
export function isId(value: string): boolean {
  return UUID.test(value);
}
