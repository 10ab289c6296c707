import { expect, test } from "vitest";
import { matchesAny } from "./rules/globs";
import { parse, type Source, walk } from "./rules/source";
import { paths, read } from "./rules/tree";

const ONE_CALL = "ends with the call, the request or the command that made it";
const WRITTEN = "made once, of what the code or the configuration lists";
const LISTED = "docs/memory.md";

/** Where collections are made, and why they do not grow while the process lives. A new one says here what bounds it. */
const COLLECTIONS: Record<string, typeof ONE_CALL | typeof WRITTEN | typeof LISTED> = {
  "db/access-notices.ts": LISTED,
  "db/evidence.ts": ONE_CALL,
  "db/kept.ts": LISTED,
  "db/listener.ts": LISTED,
  "db/notifier.ts": LISTED,
  "db/transaction/waiting.ts": ONE_CALL,
  "server/env/inventory.ts": ONE_CALL,
  "server/env/sources.ts": ONE_CALL,
  "server/features/api-key/service.ts": ONE_CALL,
  "server/features/service-account/service.ts": ONE_CALL,
  "server/guard/alerts/rules.ts": LISTED,
  "server/guard/change.ts": ONE_CALL,
  "server/guard/errors.ts": WRITTEN,
  "server/guard/permissions.ts": WRITTEN,
  "server/guard/refusals/folds.ts": LISTED,
  "server/guard/refusals/recorder.ts": LISTED,
  "server/guard/seal-rows.ts": ONE_CALL,
  "server/guard/seal-takings.ts": ONE_CALL,
  "server/guard/seal-verify.ts": ONE_CALL,
  "server/guard/spent.ts": LISTED,
  "server/guard/streams.ts": LISTED,
  "server/http/auth-routes-closed.ts": WRITTEN,
  "server/http/auth-routes.ts": WRITTEN,
  "server/http/client-address.ts": LISTED,
  "server/http/context.ts": ONE_CALL,
  "server/http/door.ts": WRITTEN,
  "server/http/drain.ts": LISTED,
  "server/http/gate.ts": LISTED,
  "server/http/node-adapter.ts": WRITTEN,
  "server/http/refusals.ts": WRITTEN,
  "server/http/request-form.ts": ONE_CALL,
  "server/http/rest-input.ts": ONE_CALL,
  "server/http/rest-openapi.ts": WRITTEN,
  "server/http/rest-operations.ts": WRITTEN,
  "server/http/rest-schemas.ts": WRITTEN,
  "server/http/rest.ts": WRITTEN,
  "server/identity/encryption-key.ts": ONE_CALL,
  "server/identity/factors/plugin.ts": LISTED,
  "server/identity/keys/find.ts": LISTED,
  "server/identity/keys/usage.ts": LISTED,
  "server/identity/records/activity.ts": LISTED,
  "server/identity/records/load-key.ts": ONE_CALL,
  "server/identity/records/load.ts": ONE_CALL,
  "server/identity/records/records.ts": LISTED,
  "server/identity/tokens/jwt-plugin.ts": WRITTEN,
  "server/identity/tokens/key-ring.ts": LISTED,
  "server/identity/tokens/verify.ts": LISTED,
  "server/main.ts": WRITTEN,
  "server/platform/audit-heads.ts": ONE_CALL,
  "server/platform/digest.ts": LISTED,
  "server/platform/limits/counters.ts": LISTED,
  "server/platform/limits/redis.ts": LISTED,
  "server/platform/limits/store.ts": LISTED,
  "server/platform/mail/post.ts": LISTED,
  "server/platform/secrets/dapr.ts": ONE_CALL,
  "server/platform/secrets/environment.ts": ONE_CALL,
  "server/platform/secrets/files.ts": ONE_CALL,
  "server/platform/secrets/rotate.ts": ONE_CALL,
  "server/platform/secrets/strength.ts": ONE_CALL,
  "server/platform/secrets/versions.ts": ONE_CALL,
  "server/platform/secrets/watch.ts": WRITTEN,
  "server/runtime.ts": WRITTEN,
  "server/runtime/auth.ts": WRITTEN,
};
/** Queues that are arrays. */
const QUEUES = [
  "server/http/open-answers.ts",
  "server/platform/audit-heads-url.ts",
  "server/platform/turns.ts",
  "server/platform/secrets/live.ts",
];

const makesCollection = ({ program }: Source) => {
  let found = false;
  walk(program, (node) => {
    const isNew = node.type === "NewExpression" && node.callee.type === "Identifier";
    if (isNew && /^(Weak)?(Map|Set)$/.test(node.callee.type === "Identifier" ? node.callee.name : ""))
      found = true;
  });
  return found;
};

test("whatever collects says what bounds it", () => {
  const found = paths()
    .filter((path) => matchesAny(["server/**/*.ts", "db/**/*.ts"], path))
    .filter((path) => !matchesAny(["server/cli/**"], path) && makesCollection(parse(path, read(path))));
  expect(found.toSorted()).toEqual(Object.keys(COLLECTIONS).toSorted());
});

test("whatever lives as long as the process is listed with its bound", () => {
  const page = read("docs/memory.md");
  const listed = Object.keys(COLLECTIONS).filter((path) => COLLECTIONS[path] === LISTED);
  expect([...listed, ...QUEUES].filter((path) => !page.includes(`\`${path}\``))).toEqual([]);
});
