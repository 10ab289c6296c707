import { randomBytes } from "node:crypto";

/** Of a hundred requests, so many of each kind. A sign-in is six, over some seconds. */
const SHARES = {
  list: 30,
  listByToken: 15,
  listByKey: 3,
  create: 12,
  tamperedToken: 10,
  unknownKey: 5,
  unknownSession: 6,
  earlierCookie: 8,
  page: 2,
  stream: 2,
  signIn: 1,
  tokens: 1,
} as const;
export type Kind = keyof typeof SHARES;

/** The kinds by turns, each spread evenly. */
export function rotation(): Kind[] {
  const places = (Object.keys(SHARES) as Kind[]).flatMap((kind) =>
    Array.from({ length: SHARES[kind] }, (_, index) => ({ kind, at: (index + 0.5) / SHARES[kind] })),
  );
  return places.sort((one, other) => one.at - other.at).map(({ kind }) => kind);
}

/** One that never came before: two thirds are IPv6, one third IPv4. */
export function anAddress(): string {
  const bytes = randomBytes(6);
  const [a = 0, b = 0, c = 0] = bytes;
  if (Math.random() < 1 / 3) return `11.${a}.${b}.${c}`;
  return `2001:db8:${bytes.readUInt16BE(0).toString(16)}:${bytes.readUInt16BE(2).toString(16)}::${bytes.readUInt16BE(4).toString(16)}`;
}
