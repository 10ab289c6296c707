import { spawnSync } from "node:child_process";

/** Whether this machine has Python with PyJWT; on Debian as root it is installed. In CI a missing one is a failure. */
export function hasPyJwt(): boolean {
  if (isThere()) return true;
  if (process.getuid?.() === 0) {
    // A bare machine has no package lists yet, and another test file may be installing at this moment.
    const apt = (...words: string[]) =>
      spawnSync("apt-get", ["-o", "DPkg::Lock::Timeout=120", ...words], { stdio: "ignore" });
    apt("update");
    apt("install", "-y", "--no-install-recommends", "python3", "python3-jwt", "python3-cryptography");
  }
  if (isThere()) return true;
  if (process.env.CI) throw new Error("python3 with PyJWT is missing: another verifier can not be asked");
  console.warn("NOT RUN: python3 with PyJWT is missing, no other verifier was asked");
  return false;
}

/** The system's own besides the first of the path: what apt installs is for that one. */
const pythonWithJwt = () =>
  ["python3", "/usr/bin/python3"].find(
    (python) => spawnSync(python, ["-c", "import jwt, cryptography"]).status === 0,
  );
const isThere = () => pythonWithJwt() !== undefined;

const VERIFY = `
import json, sys, jwt
given = json.load(sys.stdin)
keys = {key["kid"]: jwt.PyJWK(key).key for key in given["jwks"]["keys"]}
def verdict(token):
    try:
        kid = jwt.get_unverified_header(token)["kid"]
        claims = jwt.decode(token, keys[kid], algorithms=["RS256"], issuer=given["issuer"],
            audience=given["audience"], options={"require": ["exp", "iat", "iss", "aud", "sub", "jti"]})
        return claims["sub"]
    except Exception as error:
        return type(error).__name__
print(json.dumps([verdict(token) for token in given["tokens"]]))
`;

/** What a verifier written by others, with our JWKS alone, says of tokens: the subject, or the name of what is wrong. */
export function askPyJwt(given: {
  jwks: unknown;
  issuer: string;
  audience: string;
  tokens: string[];
}): string[] {
  const { status, stdout, stderr } = spawnSync(pythonWithJwt() ?? "python3", ["-c", VERIFY], {
    input: JSON.stringify(given),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as string[];
}
