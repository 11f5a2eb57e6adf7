import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { problemCodes } from "../src/http/problem.ts";
import type { DescribedRoute } from "./openapi-routes.ts";
import { routesOf } from "./openapi-routes.ts";

/**
 * Holds every answer of a server against the server's own description: its status, its content type and its body. The
 * returned function throws when one was not as it is described; call it when a test ends.
 */
export function watchAnswers(app: FastifyInstance): () => void {
  const faults = new Set<string>();
  let described: Described | undefined;
  app.addHook("onSend", async (request, reply, payload) => {
    const path = request.routeOptions.url;
    if (path === undefined || path === "/openapi.json" || request.method === "HEAD") return payload;
    described ??= await descriptionOf(app);
    const text = Buffer.isBuffer(payload) || typeof payload === "string" ? payload.toString() : "";
    const answer = { status: reply.statusCode, type: String(reply.getHeader("content-type") ?? ""), text };
    const fault = faultOf(described, { method: request.method, path: path.replaceAll(/:(\w+)/g, "{$1}") }, answer);
    if (fault !== undefined) faults.add(fault);
    return payload;
  });
  return () => {
    const all = [...faults].join("\n");
    faults.clear();
    if (all !== "") throw new Error(`Answers that are not as they are described:\n${all}`);
  };
}

interface Described {
  readonly routes: readonly DescribedRoute[];
  readonly components: Readonly<Record<string, unknown>>;
  readonly schemas: Map<string, z.ZodType>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Descriptions by the routes of a server: making one takes longer than most tests, whose servers have the same. */
const descriptions = new Map<string, Described>();

async function descriptionOf(app: FastifyInstance): Promise<Described> {
  const routes = app.printRoutes();
  const found = descriptions.get(routes) ?? read((await app.inject("/openapi.json")).json());
  descriptions.set(routes, found);
  return found;
}

function read(document: unknown): Described {
  const { components } = z
    .looseObject({ components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }) })
    .parse(document);
  return { routes: routesOf(document), components: components.schemas, schemas: new Map() };
}

function faultOf(
  described: Described,
  asked: { method: string; path: string },
  { status, type, text }: Answer,
): string | undefined {
  const { method, path } = asked;
  const place = `${method} ${path} ${status}`;
  // What is our own fault is described nowhere.
  if (status === 500) return undefined;
  const route = described.routes.find((one) => one.method === method && one.path === path);
  if (route === undefined) return `${place}: no such route is described`;
  const answer = route.operation.responses[String(status)];
  if (answer === undefined) return `${place}: not described (${text})`;
  // The same answer line by line: tests of the routes look at the lines.
  if (type.startsWith("application/x-ndjson")) return undefined;
  const [contentType, content] = Object.entries(answer.content ?? {})[0] ?? [];
  if (content === undefined)
    return text === "" ? undefined : `${place}: nothing is described, and this is said: ${text}`;
  if (contentType === undefined || !type.startsWith(contentType))
    return `${place}: ${type} instead of ${String(contentType)}`;
  if (!contentType.endsWith("json")) return undefined;
  let schema = described.schemas.get(place);
  if (schema === undefined) {
    schema = z.fromJSONSchema(resolved(content.schema, described.components));
    described.schemas.set(place, schema);
  }
  const value: unknown = JSON.parse(text);
  const parsed = schema.safeParse(value);
  if (!parsed.success) return `${place}: ${z.prettifyError(parsed.error)} in ${text}`;
  const problem = z.looseObject({ code: z.string() }).safeParse(value);
  if (contentType.includes("problem") && !problemCodes.some((code) => code === problem.data?.code))
    return `${place}: an unknown code in ${text}`;
  return undefined;
}

/** The schema with what it refers to in its place. */
function resolved(schema: unknown, components: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const text = JSON.stringify(schema, (_key, value: unknown) => {
    const target = z.object({ $ref: z.string() }).safeParse(value);
    return target.success ? components[target.data.$ref.replace("#/components/schemas/", "")] : value;
  });
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}
