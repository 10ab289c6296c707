import { handleAuth } from "@/server/http/auth";
import { getRuntime } from "@/server/runtime";

const handler = async (request: Request) => handleAuth(await getRuntime(), request);

export { handler as GET, handler as POST };
