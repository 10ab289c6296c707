import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EnvError, readEnv } from "@/server/env";
import { createCertificates } from "@/server/identity/keys/certificate";
import { type Door, openDoor } from "@/tests/support/gate";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { makeKeyFor, makeService } from "@/tests/support/keys";

/** Of nobody: its key was thrown away. */
const PEM = [
  "-----BEGIN CERTIFICATE-----",
  "MIIBezCCASGgAwIBAgIUH35t6FJoToCbVETi2jv91HBfTBIwCgYIKoZIzj0EAwIw",
  "EjEQMA4GA1UEAwwHc2VydmljZTAgFw0yNjExMjExMjE5NTFaGA8yMTI2MTAyODEy",
  "MTk1MVowEjEQMA4GA1UEAwwHc2VydmljZTBZMBMGByqGSM49AgEGCCqGSM49AwEH",
  "A0IABPkJKmQtdMi6aQAhlWPleOIs9TDhU+OM0+/P8rzUOtIHZfV4uZfes1LcAVY2",
  "lj44XY/MSMIAgBcfvOIL6kvU0ZijUzBRMB0GA1UdDgQWBBQYjDMyW7D47tnBX01H",
  "1C5l3N1CujAfBgNVHSMEGDAWgBQYjDMyW7D47tnBX01H1C5l3N1CujAPBgNVHRMB",
  "Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIBec4mcmpZFsw+47ZU82Ustn9qZU",
  "+Zo0h9txHpK2lu+VAiEA7gA3mBpAyEddabQzuzoj/BLaYmxDF+xJ6QJrMDYXSz4=",
  "-----END CERTIFICATE-----\n",
].join("\n");
const FINGERPRINT = new X509Certificate(PEM).fingerprint256;
const HEADER = "x-client-cert";

let house: House;
let owner: Person;
let team: string;
/** Behind a proxy of ours, and reached directly. */
let behind: Door;
let direct: Door;
beforeAll(async () => {
  house = await openHouse({ mtlsHeader: HEADER, trustedProxies: ["127.0.0.1"] });
  owner = await house.person();
  ({ id: team } = await owner.in().workspace.create({ name: "Certified" }));
  const certificate = FINGERPRINT.replaceAll(":", "");
  await makeService(house, owner, { workspaceId: team, certificate });
  behind = await openDoor(house, { proxies: ["127.0.0.1"] });
  direct = await openDoor(house);
});
afterAll(async () => {
  await behind.close();
  await direct.close();
  await house.close();
});

async function pull(
  door: Door,
  headers: Record<string, string>,
  path = "securityEvent.pull",
): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${door.port}/api/trpc/${path}`, { headers });
  await answer.text();
  return answer.status;
}
const here = () => ({ "x-workspace-id": team });

describe("a client certificate", () => {
  it.each([
    ["its fingerprint", FINGERPRINT],
    ["in lower case and without colons", FINGERPRINT.replaceAll(":", "").toLowerCase()],
    ["itself, percent-encoded", encodeURIComponent(PEM)],
  ])("that a proxy of ours hands on as %s, is the service's", async (_, value) => {
    expect(await pull(behind, { ...here(), [HEADER]: value })).toBe(200);
  });

  it("from anybody else is 401, and leaves evidence", async () => {
    expect(await pull(direct, { ...here(), [HEADER]: FINGERPRINT })).toBe(401);
    await expect
      .poll(
        () => house.admin`select action, target from audit_event where reason = 'CERTIFICATE_NOT_VOUCHED'`,
        { timeout: 5_000 },
      )
      .toEqual([{ action: "authn_credential_invalid", target: "gate" }]);
  });

  it("in the header that the gate itself writes is stripped", async () => {
    for (const door of [behind, direct])
      expect(await pull(door, { ...here(), "x-holdfast-client-certificate": `x.${"a".repeat(64)}` })).toBe(
        401,
      );
    // Even where nothing strips it, only this process vouches.
    const forged = createCertificates(HEADER).vouch(FINGERPRINT) ?? "";
    const headers = { ...here(), "x-holdfast-client-certificate": forged };
    expect((await house.call(null, "securityEvent.pull", {}, headers)).status).toBe(401);
    const vouched = house.runtime.certificates.vouch(FINGERPRINT) ?? "";
    const good = { ...here(), "x-holdfast-client-certificate": vouched };
    expect((await house.call(null, "securityEvent.pull", {}, good)).status).toBe(200);
  });

  it("beside another credential is 401", async () => {
    const { key } = await makeKeyFor(house, owner);
    const certified = { ...here(), [HEADER]: FINGERPRINT };
    for (const other of [{ cookie: owner.cookie }, { "x-api-key": key }, { authorization: "Bearer a" }])
      expect(await pull(behind, { ...certified, ...other } as Record<string, string>)).toBe(401);
  });

  it("that is none, or of nobody, or of another workspace, is 401", async () => {
    const other = "a".repeat(64);
    for (const value of ["yes", "CN=service", other.slice(1), encodeURIComponent(PEM.slice(0, -80)), other])
      expect([value, await pull(behind, { ...here(), [HEADER]: value })]).toEqual([value, 401]);
    expect(await pull(behind, { [HEADER]: FINGERPRINT })).toBe(401);
    const home = { "x-workspace-id": owner.workspaceId, [HEADER]: FINGERPRINT };
    expect(await pull(behind, home)).toBe(401);
    const two = `GET /api/trpc/securityEvent.pull HTTP/1.1\nHost: 127.0.0.1:${behind.port}\nX-Workspace-Id: ${team}\nX-Client-Cert: ${FINGERPRINT}\nX-Client-Cert: ${FINGERPRINT}\nConnection: close\n\n`;
    expect(await behind.raw(two)).toMatch(/^HTTP\/1.1 401/);
  });

  it("that the proxy leaves empty keeps nobody out", async () => {
    expect(await pull(behind, { [HEADER]: "", cookie: owner.cookie }, "me.get")).toBe(200);
  });

  it("calls nothing that is for people", async () => {
    expect(await pull(behind, { ...here(), [HEADER]: FINGERPRINT }, "task.list")).toBe(403);
  });

  it("is the service's no more when its account is deleted", async () => {
    const certificate = "b".repeat(64);
    const { accountId } = await makeService(house, owner, { workspaceId: team, certificate });
    expect(await pull(behind, { ...here(), [HEADER]: certificate })).toBe(200);
    await house.call(owner, "serviceAccount.delete", { id: accountId }, here());
    expect(await pull(behind, { ...here(), [HEADER]: certificate })).toBe(401);
  });

  it("serves one account of a workspace, and may serve another workspace too", async () => {
    const certificate = FINGERPRINT.replaceAll(":", "");
    const again = { name: "Twin", certificate };
    expect((await house.call(owner, "serviceAccount.create", again, here())).status).toBe(409);
    expect((await house.call(owner, "serviceAccount.create", again)).status).toBe(200);
  });
});

describe("MTLS_HEADER", () => {
  const read = (more: Record<string, string>) => () =>
    readEnv({ HOLDFAST_MODE: "development", DATABASE_URL: "postgres://u:p@127.0.0.1:1/d", ...more });

  it("is off by default, and asks for proxies whose word counts", () => {
    const proxied = { MTLS_HEADER: HEADER, TRUSTED_PROXIES: "10.0.0.0/8" };
    expect(read({})().mtlsHeader).toBeNull();
    expect(read(proxied)().mtlsHeader).toBe(HEADER);
    expect(read({ MTLS_HEADER: HEADER })).toThrow(EnvError);
    for (const name of [
      "cookie",
      "x-api-key",
      "authorization",
      "x-forwarded-for",
      "x holdfast",
      "x-holdfast-a",
    ])
      expect(read({ ...proxied, MTLS_HEADER: name })).toThrow(EnvError);
  });
});
