import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { House, Person } from "@/tests/support/house";
import { makeKeyFor, makeService } from "@/tests/support/keys";
import { openStream } from "@/tests/support/stream";
import { sendTokens } from "@/tests/support/tokens";
import { delayOf, openTwoHouses, type TwoHouses } from "@/tests/support/two-houses";

/** What one process commits, the other refuses within the second, whatever it keeps in memory. */
let houses: TwoHouses;
let one: House;
let two: House;

const TIMES = 20;

beforeAll(async () => {
  houses = await openTwoHouses();
  ({ one, two } = houses);
}, 60_000);

afterAll(() => houses.close());

type Headers = Record<string, string>;

/** Somebody whose right `two` has in memory, in the workspace where they hold it. */
interface Holder {
  person: Person;
  workspaceId: string;
  /** The credential that is presented; without one it is the person's cookie. */
  credential?: Headers;
  /** Of that credential, or of the service behind it. */
  id?: string;
}

interface Loss {
  prepare(): Promise<Holder>;
  take(holder: Holder): Promise<unknown>;
  status: number;
  ask?(holder: Holder): Promise<{ status: number }>;
}

const calls = ({ person, workspaceId, credential }: Holder, path: string, input?: unknown) =>
  two.call(credential ? null : person, path, input, { "x-workspace-id": workspaceId, ...credential });
const lists = (holder: Holder) => calls(holder, "task.list");
const creates = (holder: Holder) => calls(holder, "task.create", { title: "Mine" });

const alone = async (): Promise<Holder> => {
  const person = await one.person();
  return { person, workspaceId: person.workspaceId };
};

const guest = (role: string) => async (): Promise<Holder> => {
  const [host, person] = [await one.person(), await one.person()];
  await one.join(person, host.workspaceId, role);
  return { person, workspaceId: host.workspaceId };
};

const withToken = (prepare: () => Promise<Holder>) => async (): Promise<Holder> => {
  const holder = await prepare();
  const { body } = await sendTokens(one, "/token", undefined, { cookie: holder.person.cookie });
  return { ...holder, credential: { authorization: `Bearer ${body.accessToken}` } };
};

const withKey = (prepare: () => Promise<Holder>) => async (): Promise<Holder> => {
  const holder = await prepare();
  const { workspaceId, person } = holder;
  const { id, header } = await makeKeyFor(one, person, { workspaceId, scopes: ["task:read", "task:create"] });
  return { ...holder, credential: header, id };
};

const ban = ({ person }: Holder) => one.admin`update "user" set banned = true where id = ${person.userId}`;
const signOut = ({ person }: Holder) => one.admin`delete from session where user_id = ${person.userId}`;
const remove = ({ person, workspaceId }: Holder) =>
  one.admin`delete from member where user_id = ${person.userId} and organization_id = ${workspaceId}`;
const demote = ({ person, workspaceId }: Holder) =>
  one.admin`update member set role = 'viewer' where user_id = ${person.userId} and organization_id = ${workspaceId}`;

const LOSSES: Record<string, Loss> = {
  "a session that is revoked": { prepare: alone, take: signOut, status: 401 },
  "a person who is banned": { prepare: alone, take: ban, status: 401 },
  "a person who is removed from a workspace": { prepare: guest("member"), take: remove, status: 403 },
  "a member who becomes a viewer": { prepare: guest("member"), take: demote, status: 403, ask: creates },
  "an admin of the platform who is one no more": {
    prepare: async () => {
      const person = await one.person({ role: "admin" });
      return { person, workspaceId: person.workspaceId };
    },
    take: ({ person }) => one.admin`update "user" set role = 'user' where id = ${person.userId}`,
    status: 403,
    ask: (holder) => calls(holder, "alert.list"),
  },
  "the access token of a session that is revoked": {
    prepare: withToken(alone),
    take: signOut,
    status: 401,
  },
  "the access token of a person who is banned": { prepare: withToken(alone), take: ban, status: 401 },
  "the access token of a member who becomes a viewer": {
    prepare: withToken(guest("member")),
    take: demote,
    status: 403,
    ask: creates,
  },
  "an API key that is revoked": {
    prepare: withKey(alone),
    take: ({ person, id }) => one.call(person, "apiKey.revoke", { id }),
    status: 401,
  },
  "an API key that is deleted": {
    prepare: withKey(alone),
    take: ({ id }) => one.admin`delete from apikey where id = ${id ?? ""}`,
    status: 401,
  },
  "the API key of a person who is banned": { prepare: withKey(alone), take: ban, status: 401 },
  "the API key of somebody who is removed from its workspace": {
    prepare: withKey(guest("member")),
    take: remove,
    status: 401,
  },
  "the API key of a member who becomes a viewer": {
    prepare: withKey(guest("member")),
    take: demote,
    status: 403,
    ask: creates,
  },
  "the key of a service account that is deleted": {
    prepare: async () => {
      const holder = await alone();
      const { accountId, header } = await makeService(one, holder.person);
      return { ...holder, credential: header, id: accountId };
    },
    take: ({ person, id }) => one.call(person, "serviceAccount.delete", { id }),
    status: 401,
    ask: (holder) => calls(holder, "securityEvent.pull"),
  },
};

describe.each(Object.entries(LOSSES))("%s", (name, { prepare, take, status, ask = lists }) => {
  it(`is refused by another process within the second, ${TIMES} times of ${TIMES}`, async () => {
    const delays: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      const holder = await prepare();
      expect((await ask(holder)).status).toBe(200);
      delays.push(
        await delayOf(
          () => take(holder),
          async () => (await ask(holder)).status === status,
        ),
      );
    }
    delays.sort((a, b) => a - b);
    const told = [delays[0], delays[TIMES / 2], delays.at(-1)].map((ms) => Math.round(ms ?? 0));
    console.log(`${name}: ${told.join(" / ")} ms (least, median, most)`);
    expect(delays.at(-1)).toBeLessThan(1_000);
  }, 60_000);
});

it(`an open stream ends within the second when its session or its membership does, ${TIMES} times of ${TIMES}`, async () => {
  const delays: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    const which = time % 2 === 0 ? "a session that is revoked" : "a person who is removed from a workspace";
    const { prepare, take } = LOSSES[which] as Loss;
    const holder = await prepare();
    const { person, workspaceId } = holder;
    const stream = await openStream(two, person, { workspaceId });
    await stream.change();
    await take(holder);
    const start = performance.now();
    await stream.ended;
    delays.push(performance.now() - start);
  }
  delays.sort((a, b) => a - b);
  console.log(`streams: ${delays.map(Math.round).join(" ")} ms`);
  expect(delays.at(-1)).toBeLessThan(1_000);
}, 60_000);
