import { z } from "zod";

// C0 and C1 controls and DEL. Tab and line breaks are text where several lines are allowed.
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const CONTROL_IN_LINES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

const isWellFormed = (value: string) => value.isWellFormed();
const yearOf = (value: string) => new Date(value).getUTCFullYear();
/** What is no instant stays as it is: it is refused already. */
const inUtc = (value: string) => (Number.isNaN(Date.parse(value)) ? value : new Date(value).toISOString());
const isNotBlank = (value: string) => value.trim() !== "";

/** One line of text that people wrote, in NFC, otherwise kept to the byte. Length in code points, as the database counts. */
export function line(max: number) {
  return (
    z
      .string()
      .refine(isWellFormed, "Text must be well-formed Unicode.")
      .refine((value) => !CONTROL.test(value), "Control characters are not allowed.")
      .refine(isNotBlank, "Write something here.")
      .normalize("NFC")
      // Last: NFC makes some letters longer.
      .max(max)
  );
}

/** Text of several lines; may be empty. */
export function lines(max: number) {
  return (
    z
      .string()
      .refine(isWellFormed, "Text must be well-formed Unicode.")
      .refine((value) => !CONTROL_IN_LINES.test(value), "Control characters are not allowed.")
      .normalize("NFC")
      // Last: NFC makes some letters longer.
      .max(max)
  );
}

export const id = z.uuid().toLowerCase();
/**
 * An instant as ISO 8601 with an offset, of the years 1970 to 9999; handed on and answered in UTC. PostgreSQL takes fewer
 * offsets than ISO 8601 knows, and writes what lies far outside of these years as JavaScript can not read it.
 */
export const instant = z.iso
  .datetime({ offset: true })
  .refine((value) => !(yearOf(value) < 1970 || yearOf(value) > 9999), "Use a year from 1970 to 9999.")
  .overwrite(inUtc);
/** The version that the caller read: a write is refused with 409 when the row has moved on. */
export const version = z.number().int().min(1).max(2_147_483_647);

/** The id of an event of a stream: opaque, and of one form. */
export const eventId = z.string().regex(/^[A-Za-z0-9_-]{32}$/, "Use the id of an earlier event.");

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
  const nextCursor = z
    .string()
    .nullable()
    .describe(
      "Where to go on; null at the end. A page of a search may hold fewer items than asked for, or none.",
    );
  return z.object({ items: z.array(item), nextCursor });
}

/** The input of a procedure that takes none; unknown keys are refused here too. */
export const noInput = z.strictObject({}).optional();
