import { describe, expect, test } from "vitest";
import { namesSayWhatIsInside, rootHoldsOnlyTheHouse, sizesAreSmall } from "./rules/layout";
import { expectFindings } from "./rules/planted";

const lines = (count: number) => "export {};\n".repeat(count);

describe("sizes", () => {
  test.each([
    ["db/client.ts", 250, undefined],
    ["db/client.ts", 251, "more than 250"],
    ["app/page.tsx", 251, "more than 250"],
    ["app/globals.css", 251, "more than 250"],
    ["server/cli/start.mjs", 251, "more than 250"],
    ["server/features/task/router.ts", 150, undefined],
    ["server/features/task/router.ts", 151, "more than 150"],
    ["server/guard/middleware/scope.ts", 61, "more than 60"],
    ["docs/architecture.md", 900, undefined],
  ])("%s of %i lines", (path, count, says) => {
    expectFindings(sizesAreSmall({ path, text: lines(count) }), says);
  });
});

describe("names", () => {
  test.each([
    ["server/utils/text.ts", "named for nothing"],
    ["server/platform/helpers.ts", "named for nothing"],
    ["app/_common/x.tsx", "named for nothing"],
    ["tests/support/utils.ts", "named for nothing"],
    ["server/guard/scope.mts", "no rule reads"],
    ["app/page.js", "no rule reads"],
    ["server/cli/start.mjs", undefined],
    ["server/guard/index.ts", "is a barrel"],
    ["server/guard/RateLimit.ts", "kebab-case"],
    ["server/guard/rate_limit.ts", "kebab-case"],
    ["server/features/task/types.ts", "does not belong in a feature"],
    ["server/features/task/router.test.ts", "does not belong in a feature"],
    ["server/features/task/parts/queries.ts", "does not belong in a feature"],
    ["server/features/task/queries.ts", undefined],
    ["app/(workspace)/w/[id]/task-list.tsx", undefined],
    ["app/api/trpc/[...trpc]/route.ts", undefined],
    ["app/w/[workspaceId]/page.tsx", undefined],
    ["app/w/[WorkspaceId]/page.tsx", "kebab-case"],
    ["app/workspaceList/page.tsx", "kebab-case"],
    ["app/_ui/button.tsx", undefined],
    ["app/[[...rest]]/not-found.tsx", undefined],
    ["tests/e2e/sign-in.spec.ts", undefined],
    ["tests/bench/README.md", undefined],
    ["tests/Bench/README.md", "kebab-case"],
  ])("%s", (path, says) => {
    expectFindings(namesSayWhatIsInside({ path }), says);
  });
});

test("the root takes nothing else in", () => {
  const found = rootHoldsOnlyTheHouse(["app", "README.md", "proxy.ts", "notes.txt", "scripts"]);
  expect(found.map(({ path }) => path)).toEqual(["notes.txt", "scripts"]);
});
