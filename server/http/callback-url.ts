import { z } from "zod";

/** A place on this site to go on to: a path, never another site's address, whatever browsers make of it. */
export const callbackURL = z
  .string()
  .regex(/^\/(?![/\\])[^\\\u0000-\u001f]*$/)
  .max(2000)
  .optional();
