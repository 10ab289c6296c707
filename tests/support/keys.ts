import type { Answer, House, Person } from "@/tests/support/house";

interface Wanted {
  workspaceId?: string;
  scopes?: string[];
  expiresInDays?: number;
  serviceAccountId?: string;
}

export interface Made {
  id: string;
  key: string;
  /** The header that presents it. */
  header: { "x-api-key": string };
}

/** A key of a person's, made by the product itself. */
export async function makeKeyFor(house: House, person: Person, wanted: Wanted = {}): Promise<Made> {
  const { workspaceId = person.workspaceId, ...input } = wanted;
  const whole = { name: "A key", scopes: ["task:read"], expiresInDays: 30, ...input };
  const answer = await house.call(person, "apiKey.create", whole, { "x-workspace-id": workspaceId });
  if (answer.status !== 200) throw new Error(`apiKey.create was answered ${answer.status}: ${answer.text}`);
  const { id, key } = dataOf<{ id: string; key: string }>(answer);
  return { id, key, header: { "x-api-key": key } };
}

/** A service account of a workspace, and a key of it. */
export async function makeService(
  house: House,
  person: Person,
  {
    workspaceId = person.workspaceId,
    scopes = ["securityEvent:pull"],
    certificate,
  }: Wanted & { certificate?: string } = {},
): Promise<Made & { accountId: string }> {
  const input = { name: "A service", scopes, ...(certificate && { certificate }) };
  const headers = { "x-workspace-id": workspaceId };
  const answer = await house.call(person, "serviceAccount.create", input, headers);
  if (answer.status !== 200)
    throw new Error(`serviceAccount.create was answered ${answer.status}: ${answer.text}`);
  const { id: accountId } = dataOf<{ id: string }>(answer);
  const key = await makeKeyFor(house, person, { workspaceId, scopes, serviceAccountId: accountId });
  return { ...key, accountId };
}

/** What a procedure answered. */
export function dataOf<Data>(answer: Answer): Data {
  if (!answer.body.result) throw new Error(`no answer but ${answer.status}: ${answer.text}`);
  return answer.body.result.data as Data;
}
