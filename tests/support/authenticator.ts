import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

interface Ceremony {
  challenge: string;
  origin: string;
  rpId?: string;
  /** Whether the person unlocked it, by finger or PIN. Default: they did. */
  isVerified?: boolean;
}

/** A passkey in software (WebAuthn level 2, ES256, no attestation): what a device would send, and what a forger might. */
export class Authenticator {
  readonly id = randomBytes(32).toString("base64url");
  readonly #key: KeyObject;
  readonly #x: Buffer;
  readonly #y: Buffer;
  #uses = 0;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const { x = "", y = "" } = publicKey.export({ format: "jwk" });
    this.#key = privateKey;
    [this.#x, this.#y] = [Buffer.from(x, "base64url"), Buffer.from(y, "base64url")];
  }

  create({ challenge, origin, rpId = "localhost", isVerified = true }: Ceremony) {
    const rawId = Buffer.from(this.id, "base64url");
    const length = Buffer.from([0, rawId.length]);
    // COSE: kty EC2, alg ES256, crv P-256, x, y.
    const cose = Buffer.concat([
      ...[Buffer.from("a5010203262001215820", "hex"), this.#x, Buffer.from("225820", "hex"), this.#y],
    ]);
    const data = this.#data(rpId, isVerified, 0x40, Buffer.concat([Buffer.alloc(16), length, rawId, cose]));
    const attestation = Buffer.concat([
      Buffer.from("a363666d74646e6f6e656761747453746d74a0686175746844617461", "hex"),
      Buffer.from([0x59, data.length >> 8, data.length & 255]),
      data,
    ]);
    const clientDataJSON = clientData("webauthn.create", challenge, origin).toString("base64url");
    const response = {
      clientDataJSON,
      attestationObject: attestation.toString("base64url"),
      transports: ["internal"],
    };
    return { ...this.#credential(), response };
  }

  get({ challenge, origin, rpId = "localhost", isVerified = true }: Ceremony) {
    this.#uses++;
    const client = clientData("webauthn.get", challenge, origin);
    const data = this.#data(rpId, isVerified, 0, Buffer.alloc(0));
    const signed = Buffer.concat([data, createHash("sha256").update(client).digest()]);
    const response = {
      clientDataJSON: client.toString("base64url"),
      authenticatorData: data.toString("base64url"),
      signature: sign("sha256", signed, this.#key).toString("base64url"),
    };
    return { ...this.#credential(), response };
  }

  #credential() {
    return { id: this.id, rawId: this.id, type: "public-key", clientExtensionResults: {} };
  }

  #data(rpId: string, isVerified: boolean, flags: number, rest: Buffer): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.#uses);
    const present = 1 | (isVerified ? 4 : 0) | flags;
    return Buffer.concat([createHash("sha256").update(rpId).digest(), Buffer.from([present]), count, rest]);
  }
}

function clientData(type: string, challenge: string, origin: string): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}
