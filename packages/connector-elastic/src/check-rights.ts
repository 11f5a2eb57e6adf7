import type { CheckStep } from "@arbitex/core";
import { jsonOf, reasonOf } from "@arbitex/core";
import { z } from "zod";
import type { Ask } from "./ask.ts";
import type { ElasticConfig } from "./schema.ts";

const NAME = "privileges";

const rightsSchema = z.object({
  index: z.record(z.string(), z.record(z.string(), z.boolean())),
});

/** Step `privileges`: whether the credential may create documents there. OpenSearch has no such API. */
export async function checkRights(ask: Ask, { index }: ElasticConfig): Promise<readonly CheckStep[]> {
  const reply = await ask("/_security/user/_has_privileges", {
    index: [{ names: [index], privileges: ["create_doc", "auto_configure"] }],
  });
  if (reply.status === 401) {
    return [{ name: NAME, status: "failed", detail: reasonOf(reply), fix: "Configure a valid credential." }];
  }
  const rights = reply.status === 200 ? rightsSchema.safeParse(jsonOf(reply)).data?.index[index] : undefined;
  if (rights === undefined) {
    return [{ name: NAME, status: "skipped", detail: `cannot be asked here: ${reasonOf(reply)}` }];
  }
  if (rights["create_doc"] !== true) {
    return [
      {
        name: NAME,
        status: "failed",
        detail: `the credential lacks create_doc on ${index}`,
        fix: `Give it create_doc and auto_configure on ${index} (see setup/api-key.json).`,
      },
    ];
  }
  // Not a failure: an existing target with a fixed mapping needs no configuration.
  const detail =
    rights["auto_configure"] === true
      ? `create_doc and auto_configure on ${index}`
      : `create_doc on ${index}; without auto_configure the target has to exist`;
  return [{ name: NAME, status: "passed", detail }];
}
