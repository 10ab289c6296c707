import { expect, it } from "vitest";
import { authorise } from "@/server/guard/middleware/authorise";
import type { Identity } from "@/server/identity/identity";

it.each(["token", "key", "service"])("a %s may not call what is for sessions", (kind) => {
  const permission = "task:read";
  const identity = { kind, permissions: new Map([[permission, "any"]]) } as unknown as Identity;
  const call = () =>
    authorise(identity, {
      access: "protected",
      permission,
      limit: "read",
      callers: ["session"],
      workspace: "header",
    });
  expect(call).toThrow("You may not do this");
});
