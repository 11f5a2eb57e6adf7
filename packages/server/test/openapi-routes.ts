import { z } from "zod";

const operation = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  tags: z.array(z.string()),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.enum(["path", "query", "header"]), schema: z.looseObject({}) }))
    .optional(),
  requestBody: z
    .looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.looseObject({}) })) })
    .optional(),
  responses: z.record(
    z.string().regex(/^[1-5]\d\d$/),
    z.looseObject({
      description: z.string(),
      content: z.record(z.string(), z.looseObject({ schema: z.looseObject({}) })).optional(),
    }),
  ),
});

/** As much of OpenAPI 3.1 as our description uses. */
const description = z.looseObject({
  openapi: z.literal("3.1.0"),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  components: z.looseObject({ securitySchemes: z.record(z.string(), z.looseObject({ type: z.string() })) }),
  paths: z.record(
    z.string().startsWith("/"),
    z.partialRecord(z.enum(["get", "post", "put", "patch", "delete", "head"]), operation),
  ),
});

export interface DescribedRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly operation: z.output<typeof operation>;
}

/** Every route of a description, which must have the form of one. */
export function routesOf(document: unknown): readonly DescribedRoute[] {
  return Object.entries(description.parse(document).paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([verb, found]) => {
      const method = z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).parse(verb.toUpperCase());
      return found === undefined ? [] : [{ method, path, operation: found }];
    }),
  );
}
