import { randomUUID } from "node:crypto";
import type { Context } from "@/server/guard/context";
import { presentedIn } from "@/server/http/spent-budget";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import type { HeaderReader } from "@/server/identity/identify";
import type { Principal } from "@/server/identity/identity";
import type { Runtime } from "@/server/runtime";

interface Incoming {
  headers: HeaderReader;
  /** The workspace in the path of a page; programs name it by the header x-workspace-id. */
  workspaceId?: string | null;
  requestId?: string;
  /** Calls in this request; one unless it is a batch. */
  calls?: number;
  onReplay?: () => void;
}

/** What the guard sees of one request. Who calls is found out once, when first asked. */
export function createContext(runtime: Runtime, incoming: Incoming): Context {
  let principal: Promise<Principal> | undefined;
  let caller: Principal | null = null;
  const address = incoming.headers.get(CLIENT_ADDRESS_HEADER);
  return {
    requestId: incoming.requestId ?? randomUUID(),
    address,
    workspaceId: incoming.workspaceId ?? incoming.headers.get("x-workspace-id"),
    idempotencyKey: incoming.headers.get("idempotency-key"),
    calls: incoming.calls ?? 1,
    noteReplay: () => incoming.onReplay?.(),
    identify: () => {
      principal ??= runtime.identify(incoming.headers).then((found) => {
        caller = found;
        return found;
      });
      return principal;
    },
    identifyAgain: () => runtime.identify(incoming.headers),
    streams: runtime.streams,
    caller: () => caller,
    addressDigest: () => address && runtime.digest("address", address),
    noteRefusal: runtime.noteRefusal,
    noteSpent: (verdict) => {
      const credential = presentedIn(incoming.headers);
      if (credential !== null && caller) runtime.spentBudgets.note(credential, { verdict, caller });
    },
    spend: (costs) => runtime.limiter.spend(costs),
    site: runtime.env.baseUrl,
    postMail: (letter) => runtime.postMail(letter),
    spent: new Map(),
    settleAccess: () => runtime.settleAccess(),
    openTransaction: (settings) => runtime.openTransaction(settings),
    noteChange: runtime.noteChange,
    verifyTrail: (tx, from) => runtime.verifyTrail(tx, from),
  };
}
