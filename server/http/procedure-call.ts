import type { AnyTRPCProcedure } from "@trpc/server";
import type { Context } from "@/server/guard/context";
import { appRouter } from "@/server/router";

/** Every procedure by its path. */
export const PROCEDURES = appRouter._def.procedures as unknown as Readonly<Record<string, AnyTRPCProcedure>>;

/** Calls a query or a mutation under its own guard. @throws TRPCError with the refusal as its cause. */
export async function callProcedure(path: string, ctx: Context, input: unknown): Promise<unknown> {
  const procedure = PROCEDURES[path];
  if (!procedure) throw new Error(`no procedure ${path}`);
  const { type } = procedure._def;
  const rawInput = Promise.resolve(input);
  return procedure({ path, getRawInput: () => rawInput, ctx, type, signal: undefined, batchIndex: 0 });
}
