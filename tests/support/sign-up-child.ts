import { once } from "node:events";
import { readEnv } from "@/server/env";
import { handleAuth } from "@/server/http/auth";
import { createRuntime } from "@/server/runtime";

/** A process that signs people up, all at once, when it is told to, and is killed meanwhile. It says each answer. */
const [addresses = "", password = ""] = process.argv.slice(2);
const runtime = await createRuntime(readEnv());
console.log("ready");
await once(process.stdin, "data");
await Promise.all(
  addresses.split(",").map(async (email) => {
    const response = await handleAuth(
      runtime,
      new Request(`${runtime.env.baseUrl}/api/auth/sign-up/email`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: runtime.env.baseUrl },
        body: JSON.stringify({ name: "A person", email, password }),
      }),
    );
    console.log(`answered ${response.status} ${email}`);
  }),
);
await runtime.close();
