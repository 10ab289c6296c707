import { expect } from "vitest";
import type { Answer } from "@/tests/support/house";

/** The one body of every refusal, request id blanked: the same for "not yours", "not there" and "you may not". */
export const FORBIDDEN =
  '{"error":{"code":-32003,"message":"You may not do this, or it is not there.","data":{"code":"FORBIDDEN","httpStatus":403,"requestId":""}}}';

/** What a procedure answered; fails when it refused. */
export function dataOf<Data = Record<string, string>>(answer: Answer): Data {
  expect(answer.status, answer.text.slice(0, 500)).toBe(200);
  return answer.body.result?.data as Data;
}

/** The titles (or names) of a list that a procedure answered. */
export function titlesOf(answer: Answer): (string | undefined)[] {
  const { items } = dataOf<{ items: { title?: string; name?: string }[] }>(answer);
  return items.map(({ title, name }) => title ?? name);
}

/** Fails unless the input was refused with 400 and says where; `shown` names the case in the message. */
export function expectRefusedInput(answer: Answer, shown: unknown, path?: string): void {
  const { code, issues } = answer.body.error?.data ?? {};
  const label = JSON.stringify(shown)?.slice(0, 100);
  expect([label, answer.status, code]).toEqual([label, 400, "BAD_REQUEST"]);
  expect([label, issues?.length]).toEqual([label, expect.any(Number)]);
  if (path !== undefined) expect([label, issues?.[0]]).toEqual([label, expect.objectContaining({ path })]);
}

/** Fails unless the answer is 409 with the reason. */
export function expectConflict(answer: Answer, reason: string): void {
  const { code, reason: why } = answer.body.error?.data ?? {};
  expect([answer.status, code, why]).toEqual([409, "CONFLICT", reason]);
}
