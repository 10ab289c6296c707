import type { Seal } from "@/db/seals";

/** The first thing that is not as it was sealed. */
export interface Fault {
  what: "row" | "detail" | "seal";
  how: "altered" | "missing" | "extra" | "kept" | "emptied" | "replaced" | "cut" | "unreadable";
  /** Of the seal, or of the seal that the row lies in. */
  seal: number;
  /** Of the row. */
  id: string | null;
  /** For a person. */
  line: string;
}

const OF_ROWS = {
  altered: "was altered since",
  missing: "is gone since",
  extra: "was put in since, without being sealed",
  kept: "is still there, or there again, though retention has dropped that seal's rows",
};

export function rowFault(seal: Seal, id: string, how: keyof typeof OF_ROWS): Fault {
  const line = `audit row ${id}, in seal ${seal.number} of ${seal.sealedAt}, ${OF_ROWS[how]}`;
  return { what: "row", how, seal: seal.number, id, line };
}

const OF_DETAILS = {
  altered: "was altered since",
  missing: "is gone, and no erasure says so",
  extra: "was put in since",
};

export function detailFault(seal: Seal, id: string, how: keyof typeof OF_DETAILS): Fault {
  const line = `the detail of audit row ${id}, in seal ${seal.number} of ${seal.sealedAt}, ${OF_DETAILS[how]}`;
  return { what: "detail", how, seal: seal.number, id, line };
}

export function sealFault(number: number, how: Fault["how"], saying: string): Fault {
  return { what: "seal", how, seal: number, id: null, line: `seal ${number} ${saying}` };
}
