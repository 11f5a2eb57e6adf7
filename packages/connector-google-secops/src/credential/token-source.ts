import type { AccessToken } from "@arbitex/core";
import type { GoogleSecOpsConfig } from "../schema.ts";
import { readExternalAccount } from "./external-account.ts";
import { federatedToken } from "./federated-token.ts";
import type { TokenServices } from "./request-token.ts";
import { requestToken } from "./request-token.ts";
import { readServiceAccountKey, signAssertion } from "./service-account-key.ts";

/** Fetches one access token. Rejects with a `TokenError`, or with what a request rejects with. */
export type TokenSource = (signal: AbortSignal) => Promise<AccessToken>;

const KEY_FIX =
  "Check service_account_key: the account or the key may be disabled or deleted, or this machine's clock may be wrong.";

/** Creates the token source of a destination. */
export function tokenSource(
  config: Pick<GoogleSecOpsConfig, "service_account_key" | "workload_identity">,
  services: TokenServices,
): TokenSource {
  const { service_account_key, workload_identity } = config;
  if (service_account_key === undefined) {
    if (workload_identity === undefined) throw new Error("the configuration names no credential: it was not parsed");
    const account = readExternalAccount(workload_identity);
    return (signal) => federatedToken(account, services, signal);
  }
  const key = readServiceAccountKey(service_account_key.reveal());
  return async (signal) => {
    const form = {
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: signAssertion(key, services.now()),
    };
    return requestToken(key.tokenUrl, form, services, signal, KEY_FIX);
  };
}
