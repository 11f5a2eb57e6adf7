import { z } from "zod";

const format = z
  .object({ type: z.enum(["text", "json"]).default("text"), subject_token_field_name: z.string().min(1).optional() })
  .refine(({ type, subject_token_field_name: field }) => type === "text" || field !== undefined)
  .default({ type: "text" });

const httpUrl = z.url({ protocol: /^https?$/ });

const externalAccountSchema = z.object({
  type: z.literal("external_account"),
  audience: z.string().min(1),
  subject_token_type: z.string().min(1),
  token_url: httpUrl,
  service_account_impersonation_url: httpUrl.optional(),
  credential_source: z.union([
    z.object({ file: z.string().min(1), format }),
    z.object({ url: httpUrl, headers: z.record(z.string(), z.string()).default({}), format }),
  ]),
});

/** Credential configuration with which a workload uses another issuer's token at Google, as `gcloud` writes it. */
export type ExternalAccount = z.output<typeof externalAccountSchema>;

/** Parses a valid configuration. */
export function readExternalAccount(text: string): ExternalAccount {
  return externalAccountSchema.parse(JSON.parse(text));
}

/** Returns what is wrong with a credential configuration; undefined if nothing is. */
export function externalAccountProblem(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "must be the JSON of the credential configuration file itself, from { to }";
  }
  const { success, error } = externalAccountSchema.safeParse(value);
  if (success) return undefined;
  const names = [...new Set(error.issues.map(({ path }) => path.join(".") || "the whole"))];
  return `is no credential configuration that can be used here: ${names.join(", ")} missing or wrong. The subject token must come from a file or a URL; AWS and executables are not supported`;
}
