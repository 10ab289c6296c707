/** One letter to one address. Both forms say the same; whatever people wrote is escaped in `html`. */
export interface Letter {
  /** One exact address, never a display name. */
  to: string;
  subject: string;
  text: string;
  html?: string;
}

/** A letter that would reach somebody else, or say more in its headers than its subject. */
class UnfitLetter extends Error {
  override readonly name = "UnfitLetter";
}

/** One address as mail servers read it: nothing that quotes, groups, comments, routes or begins another header. */
const ADDRESS = /^[^\s@<>()[\]\\,;:"\p{C}]{1,64}@[^\s@<>()[\]\\,;:"\p{C}]{1,253}$/u;
const LONGEST_SUBJECT = 200;

/** The letter as it may leave the house. @throws UnfitLetter when its address or its subject could be read as more. */
export function fitLetter(letter: Letter): Letter {
  if (!ADDRESS.test(letter.to)) throw new UnfitLetter("the address of a letter is no single address");
  const { subject } = letter;
  if (subject === "" || subject.length > LONGEST_SUBJECT || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(subject))
    throw new UnfitLetter("the subject of a letter is empty, too long, or holds control characters");
  return letter;
}
