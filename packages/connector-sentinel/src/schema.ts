import { secret } from "@arbitex/core";
import { z } from "zod";
import { addressProblem } from "./addresses.ts";

const EXAMPLE_ENDPOINT = "https://my-dce-a1b2.westeurope-1.ingest.monitor.azure.com";

const stream = {
  endpoint: address(EXAMPLE_ENDPOINT).meta({
    description: `Logs ingestion address of the data collection endpoint, or the rule's own, such as \`${EXAMPLE_ENDPOINT}\`.`,
  }),
  dcr_immutable_id: z
    .string()
    .regex(/^[\w.-]+$/, {
      error: "must be the rule's `immutableId` (dcr- and 32 digits), which is not its resource id nor its name",
    })
    .meta({ description: "`immutableId` of the data collection rule, such as `dcr-` and 32 hexadecimal digits." }),
  stream_name: z
    .string()
    .regex(/^[\w.-]+$/, { error: "must be a stream that the rule declares, such as Custom-ArbitexAuditLogs" })
    .meta({ description: "Stream that the rule declares, such as `Custom-ArbitexAuditLogs`; not the table's name." }),
};

const cloud = z
  .enum(["public", "us_government", "china"])
  .default("public")
  .meta({ description: "Which of Microsoft's clouds: decides who issues tokens and for what." });

const managementHost = address("https://management.azure.com")
  .optional()
  .meta({ description: "Azure Resource Manager, which `check` may ask for the rule; by default the cloud's." });

const credential = z.enum(["managed_identity", "workload_identity"]).optional().meta({
  description: "An identity that needs no secret: of the Azure machine, or federated by Kubernetes.",
  // It is the host's own identity and opens everything the host may open.
  operatorOnly: "always",
});

/** Schema of a destination. */
export const sentinelSchema = z
  .strictObject({
    ...stream,
    tenant_id: guidLike("Directory (tenant) id of the app registration. Not with `managed_identity`.").optional(),
    client_id: guidLike(
      "Application (client) id of the app registration; with `managed_identity` that of a user-assigned identity.",
    ).optional(),
    client_secret: secret({ description: "Value of a client secret of the app registration; not its id." }).optional(),
    client_certificate: secret({
      description: "Certificate of the app registration with its RSA key: PEM text, or a file's path.",
      operatorOnly: "path",
    }).optional(),
    credential,
    cloud,
    authority_host: address("https://login.microsoftonline.com")
      .optional()
      .meta({ description: "Who issues tokens; by default the cloud's." }),
    management_host: managementHost,
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

export type SentinelConfig = z.output<typeof sentinelSchema>;

/** Schema of a destination whose credential was passed in code. */
export const givenCredentialSchema = z.strictObject({ ...stream, cloud, management_host: managementHost });

export type GivenCredentialConfig = z.output<typeof givenCredentialSchema>;

type Identity = {
  readonly [Key in "tenant_id" | "client_id" | "client_secret" | "client_certificate" | "credential"]?: unknown;
};

function identityProblems(config: Identity): { path: string; message: string }[] {
  const proofs = (["client_secret", "client_certificate", "credential"] as const).filter(
    (key) => config[key] !== undefined,
  );
  const problems: { path: string; message: string }[] = proofs
    .slice(1)
    .map((path) => ({ path, message: `must not be given beside ${proofs[0] ?? "it"}` }));
  if (proofs.length === 0) {
    const message = "no credential is given: give client_secret, client_certificate or credential";
    problems.push({ path: "client_secret", message });
  }
  if (config.credential === "managed_identity") return problems;
  for (const path of ["tenant_id", "client_id"] as const) {
    if (config[path] === undefined) problems.push({ path, message: "missing: only managed_identity does without" });
  }
  return problems;
}

function guidLike(description: string) {
  return z
    .string()
    .regex(/^[\w.-]+$/, { error: "must be a GUID as the Azure portal shows it (a tenant may also be a domain)" })
    .meta({ description });
}

function address(example: string) {
  return z.string().superRefine((url, context) => {
    const message = addressProblem(url, example);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}
