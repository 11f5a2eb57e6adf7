import { TokenError } from "@arbitex/core";
import type { HttpClient } from "@arbitex/core";
import { redacted } from "../redact.ts";
import { classifyTokenReply } from "./classify-token-reply.ts";
import type { TokenCredential } from "./credential.ts";
import { issuedToken } from "./token-reply.ts";

export interface ClientCredentialOptions {
  readonly http: HttpClient;
  /** Token address of the tenant. */
  readonly tokenUrl: string;
  readonly clientId: string;
  /**
   * Returns the form fields that prove the client. Called for each token, so that changed files apply. May throw a
   * `TokenError`.
   */
  readonly proof: () => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>;
  readonly now: () => number;
}

/** Creates an OAuth 2.0 client credential at Entra: one request per token, no refresh token. */
export function createClientCredential(options: ClientCredentialOptions): TokenCredential {
  const { http, tokenUrl, clientId, proof, now } = options;
  return {
    async getToken(scope, { abortSignal }) {
      const proven = await proof();
      const form = { grant_type: "client_credentials", client_id: clientId, scope, ...proven };
      const reply = await http.send(
        {
          url: tokenUrl,
          headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
          body: Buffer.from(new URLSearchParams(form).toString()),
        },
        abortSignal,
      );
      const issued = issuedToken(reply, now());
      if (issued === undefined) throw new TokenError(classifyTokenReply(redacted(reply, Object.values(proven)), now()));
      return issued;
    },
  };
}

/** Returns the form fields of a signed assertion in place of a secret. */
export function assertionProof(assertion: string): Readonly<Record<string, string>> {
  return {
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: assertion,
  };
}
