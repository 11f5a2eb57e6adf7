import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject, swagger } from "./framework.ts";

const DESCRIPTION = `Takes audit events and delivers them to SIEMs.

Errors are problem documents as RFC 9457 describes them; programs go by their \`code\`. Times are ISO 8601 in UTC. Secrets
are never answered: \`[secret]\` stands for them, and keeps the stored value when it is sent back.`;

/** Collects the routes added after it and describes them at `/openapi.json`. */
export async function describeRoutes(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Arbitex SIEM connectors", version, description: DESCRIPTION, license: { name: "Apache-2.0" } },
      tags: [
        { name: "Events", description: "Events in." },
        { name: "Configurations", description: "The SIEMs of an organisation." },
        { name: "Dead letters", description: "Events that a SIEM did not take." },
        { name: "Sessions", description: "Signing in and out of the console." },
        { name: "Set-up links", description: "Links that set up an organisation's destinations without an account." },
        { name: "Administration", description: "Connectors and global destinations." },
        { name: "Operation", description: "Health and metrics." },
      ],
      components: {
        securitySchemes: {
          bearer: {
            type: "http",
            scheme: "bearer",
            description: "A token that `arbitex-siem tokens create` made, SIEM_INGEST_TOKEN, or a JSON Web Token.",
          },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  app.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
}
