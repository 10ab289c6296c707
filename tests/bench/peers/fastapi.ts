import { spawnSync } from "node:child_process";
import { bearerLines, firstOf, ownersOf } from "@/tests/bench/peers/bearer-lines";
import type { Peer } from "@/tests/bench/peers/peer";
import { freePort, serve } from "@/tests/bench/serve";

/** Debian's packages are for Debian's Python, which need not be the first of the path. */
const PYTHON = "/usr/bin/python3";
const MODULES = ["fastapi", "uvicorn", "sqlalchemy", "asyncpg", "jwt", "uvloop", "httptools"];
const PACKAGES = MODULES.map((name) => `python3-${name}`).join(" ");

export const fastapi: Peer = {
  key: "e",
  title: "FastAPI, PyJWT (HS256), SQLAlchemy",
  missing: () => {
    const { status } = spawnSync(PYTHON, ["-c", `import ${MODULES.join(", ")}`]);
    return status === 0 ? undefined : `apt-get install ${PACKAGES}`;
  },
  start: async (bench) => {
    const port = await freePort();
    const key = new TextEncoder().encode(bench.secret);
    const database = new URL(bench.urls.peers);
    database.protocol = "postgresql+asyncpg:";
    const served = await serve({
      command: [
        ...[PYTHON, "-m", "uvicorn", "main:app", "--workers", "1", "--host", "127.0.0.1"],
        ...["--port", String(port), "--log-level", "warning", "--no-access-log"],
      ],
      cwd: "tests/bench/peers/fastapi",
      env: { DATABASE_URL: database.href, JWT_SECRET: bench.secret, PYTHONDONTWRITEBYTECODE: "1" },
      log: bench.place("fastapi.log"),
      url: `http://127.0.0.1:${port}`,
      first: await firstOf(bench.callers, "HS256", key),
    });
    return { ...served, ownersOf, lines: bearerLines(bench.callers, "HS256", key) };
  },
};
