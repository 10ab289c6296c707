import jwt from "@fastify/jwt";
import fastify from "fastify";
import postgres from "postgres";

/** A task list as Fastify's documentation teaches it: a hook that verifies, schemas, and postgres.js. */
const { DATABASE_URL = "", JWT_SECRET = "", PORT } = process.env;
const sql = postgres(DATABASE_URL, { max: 10 });
const app = fastify();
await app.register(jwt, { secret: JWT_SECRET });
app.addHook("onRequest", async (request, reply) => {
  try {
    await request.jwtVerify();
  } catch (error) {
    await reply.send(error);
  }
});

const text = { type: "string" };
const task = {
  type: "object",
  properties: {
    ...{
      id: text,
      owner_id: text,
      title: text,
      description: text,
      status: text,
      priority: text,
      position: text,
    },
    ...{ project_id: { type: "string", nullable: true }, assignee_id: { type: "string", nullable: true } },
    ...{ version: { type: "integer" }, due_at: { type: "string", format: "date-time", nullable: true } },
    ...{
      created_at: { type: "string", format: "date-time" },
      updated_at: { type: "string", format: "date-time" },
    },
  },
};

app.get<{ Querystring: { limit: number } }>(
  "/tasks",
  {
    schema: {
      querystring: {
        type: "object",
        properties: { limit: { type: "integer", minimum: 1, maximum: 100, default: 50 } },
      },
      response: { 200: { type: "array", items: task } },
    },
  },
  (request) => sql`
    select * from task where owner_id = ${subOf(request.user)} order by id desc limit ${request.query.limit}`,
);

app.post<{ Body: { title: string; description: string } }>(
  "/tasks",
  {
    schema: {
      body: {
        type: "object",
        required: ["title"],
        properties: {
          title: { type: "string", minLength: 1, maxLength: 200 },
          description: { type: "string", maxLength: 10_000, default: "" },
        },
      },
      response: { 201: task },
    },
  },
  async (request, reply) => {
    const { title, description } = request.body;
    const [made] = await sql`
      insert into task (owner_id, title, description)
      values (${subOf(request.user)}, ${title}, ${description}) returning *`;
    return reply.code(201).send(made);
  },
);

await app.listen({ host: "127.0.0.1", port: Number(PORT) });

function subOf(user: unknown): string {
  return (user as { sub: string }).sub;
}
