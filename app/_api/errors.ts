import { z } from "zod";

const issue = z.object({ path: z.string(), code: z.string(), message: z.string() });
const detail = z.object({
  code: z.string(),
  httpStatus: z.number(),
  requestId: z.string().optional(),
  reason: z.string().optional(),
  issues: z.array(issue).optional(),
});
const thrown = z.object({ message: z.string(), data: detail });

/** What pages show of a failed call. `status` is 0 when no answer came. */
export interface ApiError {
  code: string;
  status: number;
  message: string;
  requestId?: string | undefined;
  reason?: string | undefined;
  issues: z.infer<typeof issue>[];
}

/** Reads what a tRPC call threw; anything that carries no answer of ours counts as "could not reach". */
export function errorOf(error: unknown): ApiError {
  const parsed = thrown.safeParse(error);
  if (!parsed.success) return UNREACHABLE;
  const { code, httpStatus, requestId, reason, issues = [] } = parsed.data.data;
  return { code, status: httpStatus, message: parsed.data.message, requestId, reason, issues };
}

export const UNREACHABLE: ApiError = {
  code: "UNREACHABLE",
  status: 0,
  message: "Holdfast could not be reached. Check your connection, then try again.",
  issues: [],
};

/** The message for one field of an input, if the API refused it. */
export function issueOf(error: ApiError | undefined, path: string): string | undefined {
  return error?.issues.find((candidate) => candidate.path === path)?.message;
}
