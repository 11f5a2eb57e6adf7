import { deliverySchema, filterSchema, jsonSchemaOf } from "@arbitex/core/host";
import { z } from "zod";
import { ALWAYS, answers, bearer, WITH_BODY } from "../http/problem-docs.ts";
import { filledFile, filledGuide, readSetupKit } from "../reading/setup-kit.ts";
import { orgQuery } from "./acting-org.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";
import { placesOfType } from "./config-view.ts";
import { installedConnector, offeredConnector, typeParams } from "./connector-view.ts";
import { maskedSettings } from "./settings-secrets.ts";

const tags = ["Configurations"];
const schema = z.record(z.string(), z.unknown());

const offeredAnswer = offeredConnector
  .extend({
    delivery_schema: schema.meta({ description: "JSON Schema of `delivery`." }),
    filter_schema: schema.meta({ description: "JSON Schema of `filter`." }),
  })
  .meta({ id: "OfferedConnectorInFull", description: "A connector, with the schemas of all that can be set." });

const setupBody = z
  .strictObject({ config: schema.optional() })
  .meta({ description: "As much of `config` as is known. Secrets are of no use here." });

const setupAnswer = z
  .object({
    type: z.string(),
    display_name: z.string().nullable(),
    guide: z.string().meta({ description: "What to do on the SIEM's side, as Markdown without HTML." }),
    files: z.array(
      z.object({
        name: z.string(),
        content: z.string(),
        filled: z.array(z.string()).meta({ description: "Settings whose values stand in it." }),
      }),
    ),
  })
  .meta({ id: "SetupKit", description: "What a connector brings for the SIEM's side." });

/** Adds the routes that describe one connector in full, and hand out its kit for the SIEM's side. */
export function addSetupKitRoutes(app: ApiApp, { registry }: ApiContext): void {
  app.get(
    "/v1/org/siem-connectors/:type",
    {
      schema: {
        operationId: "getOfferedConnector",
        summary: "One of them, with the schemas of delivery and filter",
        tags,
        security: bearer,
        params: typeParams,
        querystring: orgQuery,
        response: answers({ 200: offeredAnswer }, [...ALWAYS, 404, 422]),
      },
    },
    async (request) => {
      const { type, display_name, guarantee, config_schema } = await installedConnector(request.params.type, registry);
      const common = { type, display_name, guarantee, config_schema };
      const delivery = deliverySchema.omit({ dead_letter_path: true });
      return { ...common, delivery_schema: jsonSchemaOf(delivery), filter_schema: jsonSchemaOf(filterSchema) };
    },
  );

  app.post(
    "/v1/org/siem-connectors/:type/setup",
    {
      schema: {
        operationId: "getSetupKit",
        summary: "What to do on the SIEM's side: a guide, and files with the configuration's values in them",
        tags,
        security: bearer,
        params: typeParams,
        querystring: orgQuery,
        body: setupBody.optional(),
        response: answers({ 200: setupAnswer }, [...ALWAYS, ...WITH_BODY, 404]),
      },
    },
    async (request) => {
      const { type, display_name } = await installedConnector(request.params.type, registry);
      const folder = registry.packages.find((found) => found.type === type)?.folder ?? "";
      const kit = await readSetupKit(folder);
      const config = maskedSettings(request.body?.config ?? {}, await placesOfType(type, registry));
      const files = kit.files.map((file) => filled(filledFile(file, kit.places, config)));
      return { type, display_name, guide: filledGuide(kit, config), files };
    },
  );
}

function filled(file: ReturnType<typeof filledFile>) {
  return { ...file, filled: [...file.filled] };
}
