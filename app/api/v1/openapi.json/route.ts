import { handleReference } from "@/server/http/rest-reference";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";
export const GET = async (request: Request) => handleReference(await getRuntime(), request);
