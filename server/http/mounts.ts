import { errorBody } from "@/server/http/answers";
import { handleAuth } from "@/server/http/auth";
import { handleHealth, handleReady } from "@/server/http/health";
import type { Mount } from "@/server/http/mount";
import { answerRest, calledByRest, handleRest } from "@/server/http/rest";
import { REST_BASE } from "@/server/http/rest-operations";
import { handleReference, PUBLIC_DOCUMENTS } from "@/server/http/rest-reference";
import { spentBudgetIn } from "@/server/http/spent-budget";
import { TOKENS_BASE } from "@/server/http/token-routes";
import { handleTokens } from "@/server/http/tokens";
import { handleTrpc, trpcError } from "@/server/http/trpc";
import { answerTrpcCall, calledByTrpc } from "@/server/http/trpc-call";
import type { Runtime } from "@/server/runtime";

/** What our server answers itself. `app/api/**` mounts the same handlers for hosts that run Next alone. */
export function apiMounts(runtime: Runtime): Mount[] {
  const open = { wantsCredential: false, crossOrigin: false, places: null, envelope: errorBody };
  const accounts = { ...open, places: "accounts" } as const;
  return [
    {
      prefix: "/api/trpc",
      wantsCredential: true,
      crossOrigin: true,
      places: "calls",
      handle: (...call) => handleTrpc(runtime, ...call),
      answer: (...call) => answerTrpcCall(runtime, ...call),
      spentBudget: spentBudgetIn(runtime, calledByTrpc),
      envelope: trpcError,
    },
    { ...accounts, prefix: "/api/auth", handle: (...call) => handleAuth(runtime, ...call) },
    { ...accounts, prefix: TOKENS_BASE, handle: (...call) => handleTokens(runtime, ...call) },
    // Before the operations: a stale cookie keeps nobody from reading about them.
    ...PUBLIC_DOCUMENTS.map(({ path }) => ({
      ...open,
      prefix: path,
      handle: (...call: Parameters<Mount["handle"]>) => handleReference(runtime, ...call),
    })),
    {
      prefix: REST_BASE,
      methods: ["PATCH", "DELETE"],
      wantsCredential: true,
      crossOrigin: true,
      places: "calls",
      handle: (...call) => handleRest(runtime, ...call),
      answer: (...call) => answerRest(runtime, ...call),
      spentBudget: spentBudgetIn(runtime, calledByRest),
      envelope: errorBody,
    },
    { ...open, prefix: "/api/health", handle: async () => handleHealth() },
    { ...open, prefix: "/api/ready", handle: () => handleReady(runtime) },
  ];
}
