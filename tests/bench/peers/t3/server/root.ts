import { desc, eq } from "drizzle-orm";
import { v7 } from "uuid";
import { z } from "zod";
import { task } from "./schema";
import { createTRPCRouter, protectedProcedure } from "./trpc";

const taskRouter = createTRPCRouter({
  list: protectedProcedure
    .input(z.object({ limit: z.number().min(1).max(100).default(50) }))
    .query(({ ctx, input }) =>
      ctx.db
        .select()
        .from(task)
        .where(eq(task.ownerId, ctx.session.user.id))
        .orderBy(desc(task.id))
        .limit(input.limit),
    ),

  create: protectedProcedure
    .input(z.object({ title: z.string().min(1).max(200), description: z.string().max(10_000).default("") }))
    .mutation(async ({ ctx, input }) => {
      const [made] = await ctx.db
        .insert(task)
        .values({ id: v7(), ownerId: ctx.session.user.id, ...input })
        .returning();
      return made;
    }),
});

export const appRouter = createTRPCRouter({ task: taskRouter });
