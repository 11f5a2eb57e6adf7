import { readFile } from "node:fs/promises";
import type { AccessToken } from "@arbitex/core";
import { jsonOf, TokenError } from "@arbitex/core";
import { z } from "zod";
import type { ExternalAccount } from "./external-account.ts";
import type { TokenServices } from "./request-token.ts";
import { requestToken } from "./request-token.ts";
import { SCOPE } from "./scope.ts";
import { tokenRefusal } from "./token-refusal.ts";

const POOL_FIX =
  "Check the workload identity pool: its provider must trust the issuer, the audience and the attributes of the subject token.";
const IMPERSONATION_FIX =
  "Give the federated identity roles/iam.workloadIdentityUser on the service account that it is to act as.";

/**
 * Workload identity federation: exchanges the workload's token for one of Google's, and that, if a service account is
 * named, for the account's.
 */
export async function federatedToken(
  account: ExternalAccount,
  services: TokenServices,
  signal: AbortSignal,
): Promise<AccessToken> {
  const subjectToken = await readSubjectToken(account, services, signal);
  const form = {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    audience: account.audience,
    scope: SCOPE,
    requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
    subject_token: subjectToken,
    subject_token_type: account.subject_token_type,
  };
  const federated = await requestToken(account.token_url, form, services, signal, POOL_FIX);
  const { service_account_impersonation_url: url } = account;
  return url === undefined ? federated : impersonate(url, federated, services, signal);
}

const impersonated = z.object({
  accessToken: z.string().regex(/^[\x21-\x7e]+$/),
  expireTime: z.iso.datetime({ offset: true }),
});

async function impersonate(
  url: string,
  { token }: AccessToken,
  { http, now }: TokenServices,
  signal: AbortSignal,
): Promise<AccessToken> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const body = Buffer.from(JSON.stringify({ scope: [SCOPE], lifetime: "3600s" }));
  const reply = await http.send({ url, headers, body }, signal);
  const issued = reply.status === 200 ? impersonated.safeParse(jsonOf(reply)).data : undefined;
  if (issued === undefined) throw tokenRefusal(reply, now(), IMPERSONATION_FIX);
  return { token: issued.accessToken, expiresAt: Date.parse(issued.expireTime) };
}

/** Read anew each time: its issuer renews it in its place. */
async function readSubjectToken(
  { credential_source: source }: ExternalAccount,
  { http, now }: TokenServices,
  signal: AbortSignal,
): Promise<string> {
  if ("file" in source) {
    const text = await readFile(source.file, { encoding: "utf8", signal }).catch((cause: unknown) => {
      const reason = `no token: the subject token's file ${source.file} cannot be read`;
      throw new TokenError({ kind: "suspend", reason, fix: "Mount it there, readable for this process." }, { cause });
    });
    return subjectTokenIn(text, source.format, `the file ${source.file}`);
  }
  const reply = await http.send({ url: source.url, method: "GET", headers: source.headers }, signal);
  if (reply.status !== 200) throw tokenRefusal(reply, now(), "Check credential_source.url and its headers.");
  return subjectTokenIn(reply.text, source.format, "the answer of credential_source.url");
}

type Format = ExternalAccount["credential_source"]["format"];

function subjectTokenIn(text: string, { type, subject_token_field_name: field = "" }: Format, where: string): string {
  const token = type === "text" ? text.trim() : fieldOf(text, field);
  if (token !== undefined && token !== "") return token;
  const reason = `no token: ${where} holds no subject token${type === "json" ? ` under ${field}` : ""}`;
  throw new TokenError({ kind: "suspend", reason, fix: "Check credential_source.format, and who writes the token." });
}

function fieldOf(text: string, field: string): string | undefined {
  const value = jsonOf({ status: 200, headers: {}, text });
  const found = z.object({ [field]: z.string() }).safeParse(value).data;
  return found?.[field];
}
