import { handleTokens } from "@/server/http/tokens";
import { getRuntime } from "@/server/runtime";

const handler = async (request: Request) => handleTokens(await getRuntime(), request);

export { handler as DELETE, handler as GET, handler as HEAD, handler as PATCH, handler as POST };
