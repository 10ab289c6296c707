import { z } from "zod";

// C0 and C1 controls and DEL. Tab and line breaks are text where several lines are allowed.
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const CONTROL_IN_LINES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

const isWellFormed = (value: string) => value.isWellFormed();
const isNotBlank = (value: string) => value.trim() !== "";

/** One line of text that people wrote, in NFC, otherwise kept to the byte. Length in UTF-16 units. */
export function line(max: number) {
  return z
    .string()
    .max(max)
    .refine(isWellFormed, "Text must be well-formed Unicode.")
    .refine((value) => !CONTROL.test(value), "Control characters are not allowed.")
    .refine(isNotBlank, "Write something here.")
    .normalize("NFC");
}

/** Text of several lines; may be empty. */
export function lines(max: number) {
  return z
    .string()
    .max(max)
    .refine(isWellFormed, "Text must be well-formed Unicode.")
    .refine((value) => !CONTROL_IN_LINES.test(value), "Control characters are not allowed.")
    .normalize("NFC");
}

export const id = z.uuid().toLowerCase();
/** An instant as ISO 8601 with an offset; answered in UTC. */
export const instant = z.iso.datetime({ offset: true });
/** The version that the caller read: a write is refused with 409 when the row has moved on. */
export const version = z.number().int().min(1).max(2_147_483_647);

/** What every list takes: an opaque cursor from the answer before, and a page size. */
export const page = {
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{22}$/, "Use the nextCursor of an earlier answer.")
    .optional(),
  limit: z.number().int().min(1).max(100).default(50),
};

/** What every list answers. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** The input of a procedure that takes none; unknown keys are refused here too. */
export const noInput = z.strictObject({}).optional();
