import type { Reply, SimulatedRequest } from "../simulator/behaviour.ts";
import { jsonReply } from "../simulator/behaviour.ts";
import { isGoodAssertion } from "./assertion.ts";
import { entraError } from "./replies.ts";
import type { Tokens } from "./tokens.ts";
import { audienceOf } from "./tokens.ts";

/** The app registration and its credentials. */
export interface AppRegistration {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** PEM of an uploaded certificate. */
  readonly certificate?: string;
  /** A token of another issuer that is trusted (workload identity). */
  readonly federatedToken?: string;
  /** `X-IDENTITY-HEADER` of App Service. Without it there is no App Service. */
  readonly identityHeader?: string;
}

export interface Issuer {
  /** Undefined for a path of another service. */
  answer(request: SimulatedRequest): Reply | undefined;
}

const ENTRA = /^\/([^/]+)\/oauth2\/v2\.0\/token$/;
const IMDS = "/metadata/identity/oauth2/token";
const APP_SERVICE = "/msi/token";

/** Entra's token endpoint, and both endpoints for managed identities (IMDS and App Service). */
export function createIssuer(
  app: AppRegistration,
  { tokens, now, isRefusing }: { tokens: Tokens; now: () => number; isRefusing: () => boolean },
): Issuer {
  const refuse = (status: number, error: string, code: number, text: string) =>
    entraError(status, error, code, text, now());

  function entra({ path, body }: SimulatedRequest, tenant: string): Reply {
    const form = new URLSearchParams(body.toString());
    if (tenant !== app.tenantId) return refuse(400, "invalid_request", 90002, `Tenant '${tenant}' not found.`);
    const clientId = form.get("client_id") ?? "";
    if (clientId !== app.clientId) {
      return refuse(400, "unauthorized_client", 700016, `Application with identifier '${clientId}' was not found.`);
    }
    const audience = audienceOf(form.get("scope") ?? "");
    if (form.get("grant_type") !== "client_credentials" || audience === undefined) {
      return refuse(400, "invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid.");
    }
    const assertion = form.get("client_assertion");
    if (assertion !== null) {
      if (isRefusing() || !isTrusted(assertion, path)) {
        return refuse(401, "invalid_client", 700027, "The certificate with identifier used to sign is not registered.");
      }
    } else if (!form.has("client_secret")) {
      return refuse(401, "invalid_client", 7000218, "The body must contain: 'client_assertion' or 'client_secret'.");
    } else if (isRefusing() || form.get("client_secret") !== app.clientSecret) {
      return refuse(401, "invalid_client", 7000215, "Invalid client secret provided.");
    }
    const { token, seconds } = tokens.issue(audience);
    return jsonReply(200, {
      token_type: "Bearer",
      expires_in: seconds,
      ext_expires_in: seconds,
      access_token: token,
    });
  }

  function isTrusted(assertion: string, path: string): boolean {
    const { certificate, federatedToken, clientId } = app;
    if (assertion === federatedToken) return true;
    return certificate !== undefined && isGoodAssertion(assertion, { certificate, clientId, path, now: now() });
  }

  function machineIdentity({ path, headers, query }: SimulatedRequest): Reply {
    const isKnown =
      path === IMDS ? headers["metadata"] === "true" : headers["x-identity-header"] === app.identityHeader;
    const resource = query.get("resource") ?? "";
    const audience = audienceOf(resource);
    if (!isKnown || audience === undefined) {
      return jsonReply(400, { error: "invalid_request", error_description: "Required metadata header not specified" });
    }
    const clientId = query.get("client_id");
    if (isRefusing() || (clientId !== null && clientId !== app.clientId)) {
      return jsonReply(400, { error: "invalid_request", error_description: "Identity not found" });
    }
    const { token, seconds } = tokens.issue(audience);
    const expiresOn = String(Math.floor(now() / 1000) + seconds);
    // Both send numbers as strings; App Service omits the relative time.
    const expiry = path === IMDS ? { expires_in: String(seconds), expires_on: expiresOn } : { expires_on: expiresOn };
    return jsonReply(200, { access_token: token, token_type: "Bearer", resource, ...expiry });
  }

  return {
    answer(request) {
      const { method, path } = request;
      const tenant = ENTRA.exec(path)?.[1];
      if (method === "POST" && tenant !== undefined) return entra(request, decodeURIComponent(tenant));
      return method === "GET" && (path === IMDS || path === APP_SERVICE) ? machineIdentity(request) : undefined;
    },
  };
}
