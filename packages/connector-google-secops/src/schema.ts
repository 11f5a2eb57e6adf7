import type { Secret } from "@arbitex/core";
import { secret } from "@arbitex/core";
import { z } from "zod";
import { addressProblem } from "./addresses.ts";
import { serviceAccountProblem } from "./credential/service-account-key.ts";
import { externalAccountProblem } from "./credential/external-account.ts";

const NAME = /^[\w.:-]+$/;

/** Schema of a destination. */
export const googleSecOpsSchema = z
  .strictObject({
    project_id: z
      .string()
      .regex(NAME, { error: "must be the id or number of the Google Cloud project" })
      .meta({ description: "Google Cloud project that the instance is bound to: its id or number." }),
    region: z
      .string()
      .regex(/^[a-z][a-z0-9-]*$/, { error: "must be the instance's location, such as us, eu or europe-west2" })
      .meta({
        description: "Location of the instance, such as `us`, `eu` or `europe-west2`. Also names the endpoint.",
      }),
    instance_id: z
      .string()
      .regex(/^[\da-f-]{36}$/i, { error: "must be the customer ID of the instance, a UUID (SIEM Settings, Profile)" })
      .meta({ description: "Customer ID of the instance, a UUID: SIEM Settings, Profile." }),
    log_type: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, { error: "must be a log type in capitals, such as ARBITEX_AUDIT" })
      .default("ARBITEX_AUDIT")
      .meta({
        description: "Log type that the events are imported as; its parser turns them into UDM (see `setup/`).",
      }),
    service_account_key: secret({
      description: "Key of a service account that may import logs: the JSON that Google gives once, all of it.",
    })
      .superRefine(refuse((value: Secret) => serviceAccountProblem(value.reveal())))
      .optional(),
    workload_identity: z.string().superRefine(refuse(externalAccountProblem)).optional().meta({
      description:
        "Workload identity federation in place of a key: the credential configuration (`external_account`), as JSON.",
      // It names files of the host that hold its own identity.
      operatorOnly: "always",
    }),
    forwarder: z
      .string()
      .regex(/^[\w./-]+$/, { error: "must be the id of a forwarder, or its whole resource name" })
      .optional()
      .meta({ description: "Forwarder that the logs are counted for: its id, or its resource name." }),
    namespace: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "Environment namespace of the logs, for enrichment and for access by data domain." }),
    url: z.string().superRefine(refuse(addressProblem)).optional().meta({
      description:
        "Endpoint in place of the region's own (`https://chronicle.REGION.rep.googleapis.com`), such as `https://us-chronicle.googleapis.com`, or a proxy.",
    }),
  })
  .superRefine(
    (config, context) => {
      for (const { path, message } of identityProblems(config)) {
        context.addIssue({ code: "custom", path: [path], message });
      }
    },
    // Without this, zod would report these only after every other problem is fixed.
    { when: ({ value }) => typeof value === "object" && value !== null },
  );

export type GoogleSecOpsConfig = z.output<typeof googleSecOpsSchema>;

type Identity = { readonly [Key in "service_account_key" | "workload_identity"]?: unknown };

function identityProblems({ service_account_key, workload_identity }: Identity) {
  if (service_account_key === undefined && workload_identity === undefined) {
    const message = "no credential is given: give service_account_key, or workload_identity";
    return [{ path: "service_account_key", message }];
  }
  if (service_account_key === undefined || workload_identity === undefined) return [];
  return [{ path: "workload_identity", message: "must not be given beside service_account_key" }];
}

function refuse<Value>(problemOf: (value: Value) => string | undefined) {
  return (value: Value, context: z.RefinementCtx) => {
    const message = problemOf(value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  };
}
