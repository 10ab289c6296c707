import { handleRest } from "@/server/http/rest";
import { getRuntime } from "@/server/runtime";

const handler = async (request: Request) => handleRest(await getRuntime(), request);

export { handler as DELETE, handler as GET, handler as HEAD, handler as PATCH, handler as POST };
