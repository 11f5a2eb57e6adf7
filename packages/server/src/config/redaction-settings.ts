import { createHash } from "node:crypto";
import { Secret } from "@arbitex/core";
import type { ConfigProblem, Destination, HostRedaction, RedactRule } from "@arbitex/core/host";
import type { Naming } from "@arbitex/core/config";
import { namingUnder, redactRulesOf, redactSetting } from "@arbitex/core/config";
import { z } from "zod";

/** Schema of the file's `redaction`. */
export const redactionSchema = z.strictObject({
  key: z.string().min(16, { error: "expected 16 characters or more" }).optional(),
  organisations: redactSetting.optional(),
});

/** What the operator sets about redaction. */
export interface RedactionSettings {
  /** Undefined if nothing gives a key. */
  readonly key: Secret | undefined;
  /** At every destination of an organisation. */
  readonly ofOrganisations: readonly RedactRule[];
}

/** Where a key may come from, the first wins. */
export interface KeySources {
  readonly environment: Secret | undefined;
  readonly file: string | undefined;
  /** One key or more, comma-separated. */
  readonly fernetKeys: Secret | undefined;
}

/** The oldest Fernet key, as a new one is put first: pseudonyms outlive a rotation until the old key is removed. */
export function redactionKey({ environment, file, fernetKeys }: KeySources): Secret | undefined {
  if (environment !== undefined) return environment;
  if (file !== undefined) return new Secret(file);
  const oldest = fernetKeys?.reveal().split(",").at(-1)?.trim();
  if (oldest === undefined || oldest === "") return undefined;
  return new Secret(createHash("sha256").update(`arbitex redaction ${oldest}`).digest("hex"));
}

export function hostRedaction({ key, ofOrganisations }: RedactionSettings): HostRedaction {
  return { key: key?.reveal(), ofOrganisations };
}

/** Reads the operator's rules for organisations. */
export function organisationRules(
  written: z.output<typeof redactionSchema> | undefined,
  naming: Naming,
): ReturnType<typeof redactRulesOf> {
  const ofSection = namingUnder(naming, ["redaction"]);
  return redactRulesOf(written?.organisations ?? [], {
    ...ofSection,
    name: ([, ...path]) => ofSection.name(["organisations", ...path]),
    at: ([, ...path], part) => ofSection.at?.(["organisations", ...path], part),
  });
}

/** Says which destinations redact by `hmac` where nothing gives a key. */
export function keyProblems(
  destinations: readonly Destination[],
  { key, ofOrganisations }: RedactionSettings,
): readonly ConfigProblem[] {
  if (key !== undefined) return [];
  const fix = "Set SIEM_REDACTION_KEY to 32 random characters, or FERNET_KEY, from which a key is then derived.";
  const ofOperator = ofOrganisations.some(isHmac) ? [{ path: "redaction.organisations", message: NO_KEY, fix }] : [];
  const own = destinations.filter(({ delivery }) => delivery?.redact?.some(isHmac));
  return [...ofOperator, ...own.map(({ id }) => ({ path: `${id}: redact`, message: NO_KEY, fix }))];
}

function isHmac({ action }: RedactRule): boolean {
  return action.kind === "hmac";
}

const NO_KEY = "redacts by hmac, for which there is no key.";
