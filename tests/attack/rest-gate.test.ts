import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorBody } from "@/server/http/answers";
import { type Door, openDoor } from "@/tests/support/gate";
import { type House, openHouse, type Person } from "@/tests/support/house";

let house: House;
let door: Door;
let person: Person;
beforeAll(async () => {
  house = await openHouse();
  door = await openDoor(house);
  person = await house.person();
});
afterAll(async () => {
  await door.close();
  await house.close();
});

const status = (answer: string) => Number(answer.slice(9, 12));

/** One request over the socket, by the person; lines are further headers. */
function send(method: string, path: string, { lines = [] as string[], body = "" } = {}): Promise<string> {
  const head = [
    `${method} ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${door.port}`,
    `Cookie: ${person.cookie}`,
    ...lines,
  ];
  if (body !== "") head.push("Content-Type: application/json", `Content-Length: ${Buffer.byteLength(body)}`);
  return door.raw(`${[...head, "Connection: close"].join("\n")}\n\n${body}`);
}

const newTask = async () => (await person.in().task.create({ title: "At the gate" })).id;
const exists = async (id: string) =>
  (await house.admin`select 1 from task where id = ${id} and title = 'At the gate'`).length === 1;

describe("over the socket", () => {
  it("each method of REST does its work", async () => {
    const made = await send("POST", "/api/v1/tasks", { body: '{"title":"Made"}' });
    expect(status(made)).toBe(201);
    const id = /\/api\/v1\/tasks\/([0-9a-f-]{36})/.exec(made)?.[1] ?? "";
    expect(status(await send("GET", `/api/v1/tasks/${id}`))).toBe(200);
    const changed = await send("PATCH", `/api/v1/tasks/${id}`, { body: '{"title":"Changed"}' });
    expect([status(changed), changed]).toEqual([200, expect.stringContaining('"title":"Changed"')]);
    const head = await send("HEAD", `/api/v1/tasks/${id}`);
    expect([status(head), head.split("\r\n\r\n")[1]]).toEqual([200, ""]);
    expect(status(await send("DELETE", `/api/v1/tasks/${id}`))).toBe(200);
    expect(status(await send("GET", `/api/v1/tasks/${id}`))).toBe(403);
  });

  it.each(["/api/trpc/task.delete", "/api/auth/sign-out", "/api/health", "/api/docs", "/"])(
    "PATCH and DELETE of %s are 405: REST alone knows them",
    async (path) => {
      for (const method of ["PATCH", "DELETE"])
        expect([method, status(await send(method, path))]).toEqual([method, 405]);
    },
  );

  it.each(["PUT", "TRACE", "PROPFIND", "LOCK"])("%s of REST is 405", async (method) => {
    const answer = await send(method, "/api/v1/me");
    expect(status(answer)).toBe(405);
    expect(answer).toContain("allow: GET, HEAD, POST, OPTIONS, PATCH, DELETE\r\n");
  });

  it("a known path with another method says which it has", async () => {
    const answer = await send("DELETE", "/api/v1/tasks");
    expect([status(answer), /^allow: (.*)\r$/im.exec(answer)?.[1]]).toEqual([405, "GET, HEAD, POST"]);
    expect(status(await send("DELETE", "/api/v1/nothing"))).toBe(404);
  });

  it("a path that climbs out of REST reaches nothing", async () => {
    const id = await newTask();
    for (const path of [
      "/api/v1/../trpc/task.delete",
      "/api/v1/%2e%2e/trpc/task.delete",
      "/api/v1/../../x",
    ]) {
      expect([path, status(await send("DELETE", path))]).toEqual([path, 404]);
      expect([path, status(await send("POST", path, { body: `{"id":"${id}"}` }))]).toEqual([path, 404]);
    }
    expect(await exists(id)).toBe(true);
  });
});

const FOREIGN = [
  "Origin: https://elsewhere.example",
  "Origin: null",
  "Sec-Fetch-Site: cross-site",
  "Sec-Fetch-Site: same-site",
];

describe("a write of REST", () => {
  it.each(FOREIGN)("with %s is refused, also without a body", async (line) => {
    const id = await newTask();
    const answers = [
      await send("DELETE", `/api/v1/tasks/${id}`, { lines: [line] }),
      await send("DELETE", `/api/v1/tasks/${id}`, { lines: [line, "Content-Length: 0"] }),
      await send("PATCH", `/api/v1/tasks/${id}`, { lines: [line], body: '{"title":"x"}' }),
      await send("POST", `/api/v1/tasks/${id}/move`, { lines: [line] }),
    ];
    for (const answer of answers)
      expect([status(answer), answer]).toEqual([403, expect.stringContaining('"CROSS_SITE_REQUEST"')]);
    expect(await exists(id)).toBe(true);
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])(
    "as %s is 415 for every method, also without a body",
    async (type) => {
      const id = await newTask();
      for (const method of ["POST", "PATCH", "DELETE"]) {
        const path = method === "POST" ? `/api/v1/tasks/${id}/move` : `/api/v1/tasks/${id}`;
        const bare = await send(method, path, { lines: [`Content-Type: ${type}`] });
        const full = await send(method, path, {
          lines: [`Content-Type: ${type}`, "Content-Length: 2\n\n{}"],
        });
        expect([method, status(bare), status(full)]).toEqual([method, 415, 415]);
      }
      expect(await exists(id)).toBe(true);
    },
  );

  it("with a body of no type is 415, in a piece or in chunks", async () => {
    const id = await newTask();
    const path = `/api/v1/tasks/${id}`;
    expect(status(await send("PATCH", path, { lines: ["Content-Length: 2\n\n{}"] }))).toBe(415);
    expect(status(await send("PATCH", path, { lines: ["Transfer-Encoding: chunked\n\n2\n{}\n0\n"] }))).toBe(
      415,
    );
  });

  it("larger than 1 MiB is 413 by what it says, and by what it sends", async () => {
    const id = await newTask();
    const typed = "Content-Type: application/json";
    const declared = await send("PATCH", `/api/v1/tasks/${id}`, {
      lines: [typed, "Content-Length: 99999999"],
    });
    expect(status(declared)).toBe(413);
    const chunks = `10000\n${"x".repeat(65_536)}\n`.repeat(20);
    const lines = [typed, `Transfer-Encoding: chunked\n\n${chunks}`];
    expect(status(await send("PATCH", `/api/v1/tasks/${id}`, { lines }))).toBe(413);
  });
});

/** REST looks again at what the gate lets through; here nothing does, so that the gate is seen alone. */
describe("the gate by itself", () => {
  const arrived: string[] = [];
  let bare: Door;
  beforeAll(async () => {
    const handle = async (request: Request) => {
      arrived.push(`${request.method} ${await request.text()}`);
      return new Response(null, { status: 204 });
    };
    const envelope = errorBody;
    const part = {
      places: null,
      wantsCredential: true,
      crossOrigin: false,
      handle,
      envelope,
    };
    const mounts = [
      { ...part, prefix: "/api/v1", methods: ["PATCH", "DELETE"] },
      { ...part, prefix: "/api/x" },
    ];
    bare = await openDoor(house, { mounts });
  });
  afterAll(() => bare.close());

  const knock = async (method: string, lines: string[], path = "/api/v1/x") => {
    arrived.length = 0;
    const head = [`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${bare.port}`, "Connection: close"];
    return status(await bare.raw(`${[...head, ...lines].join("\n")}\n\n`));
  };

  it.each(["POST", "PATCH", "DELETE"])(
    "lets through %s of ours, with JSON and with nothing",
    async (method) => {
      expect([await knock(method, []), arrived]).toEqual([204, [`${method} `]]);
      const json = ["Content-Type: application/json", "Content-Length: 2\n\n{}"];
      expect([await knock(method, json), arrived]).toEqual([204, [`${method} {}`]]);
    },
  );

  it.each(["POST", "PATCH", "DELETE"])(
    "lets through no %s of another site, or of another type",
    async (method) => {
      for (const line of FOREIGN)
        expect([line, await knock(method, [line]), arrived]).toEqual([line, 403, []]);
      for (const lines of [
        ["Content-Type: text/plain"],
        ["Content-Length: 2\n\n{}"],
        ["Transfer-Encoding: chunked\n\n0\n"],
      ])
        expect([lines, await knock(method, lines), arrived]).toEqual([lines, 415, []]);
      const large = ["Content-Type: application/json", "Content-Length: 9999999"];
      expect([await knock(method, large), arrived]).toEqual([413, []]);
    },
  );

  it("lets through PATCH and DELETE where they are known, and PUT nowhere", async () => {
    for (const method of ["PATCH", "DELETE", "PUT"])
      expect([method, await knock(method, [], "/api/x"), arrived]).toEqual([method, 405, []]);
    expect([await knock("PUT", []), arrived]).toEqual([405, []]);
  });
});

describe("a session that we did not sign", () => {
  const forged = ["Cookie: holdfast.session_token=abc"];
  it("is refused by REST before it looks, and may read the documents", async () => {
    const by = (path: string) =>
      door.raw(`GET ${path} HTTP/1.1\nHost: 127.0.0.1:${door.port}\n${forged}\nConnection: close\n\n`);
    const refused = await by("/api/v1/nothing");
    expect([status(refused), refused]).toEqual([
      401,
      expect.stringContaining('{"error":{"code":"UNAUTHORIZED"'),
    ]);
    expect(status(await by("/api/v1/openapi.json"))).toBe(200);
    expect(status(await by("/api/docs"))).toBe(200);
  });
});

describe("the reference page over the socket", () => {
  it("may run and load nothing but its own, whatever the rest of the API may", async () => {
    const answer = await send("GET", "/api/docs");
    const policies = [...answer.matchAll(/^content-security-policy: (.*)\r$/gim)].map(([, policy]) => policy);
    expect(policies).toEqual([expect.stringMatching(/^default-src 'none'; script-src 'sha256-/)]);
    const document = await send("GET", "/api/v1/openapi.json");
    expect(document).toContain("default-src 'none'; frame-ancestors 'none'");
  });
});
