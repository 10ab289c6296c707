type Verdict = "may" | "no";

/** Who may do what to keys and service accounts: procedure, rows, then viewer, member, admin and owner. By hand. */
export const AGREED_ON_KEYS: [string, string, Verdict, Verdict, Verdict, Verdict][] = [
  ["apiKey.list", "another's", "may", "may", "may", "may"],
  ["apiKey.create", "none", "may", "may", "may", "may"],
  ["apiKey.rotate", "own", "may", "may", "may", "may"],
  // Whoever is shown a key acts as its owner: nobody is shown another's.
  ["apiKey.rotate", "another's", "no", "no", "no", "no"],
  ["apiKey.revoke", "own", "may", "may", "may", "may"],
  ["apiKey.revoke", "another's", "no", "no", "may", "may"],
  ["serviceAccount.list", "another's", "no", "no", "may", "may"],
  ["serviceAccount.create", "none", "no", "no", "may", "may"],
  ["serviceAccount.delete", "own", "no", "no", "may", "may"],
  ["serviceAccount.delete", "another's", "no", "no", "may", "may"],
];
