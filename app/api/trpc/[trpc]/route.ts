import { handleTrpc } from "@/server/http/trpc";
import { getRuntime } from "@/server/runtime";

const handler = async (request: Request) => handleTrpc(await getRuntime(), request);

export { handler as GET, handler as POST };
