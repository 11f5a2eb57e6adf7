import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import type { Reply, SimulatedRequest } from "../simulator/behaviour.ts";
import { jsonReply } from "../simulator/behaviour.ts";
import { isObject, parseJson } from "../simulator/json.ts";
import { googleError } from "./replies.ts";

export interface GoogleTokensOptions {
  readonly email: string;
  /** A token of another issuer that the workload identity pool trusts. */
  readonly subjectToken: string;
  readonly tokenSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether assertions must be valid now. A test's client with a clock of its own would fail. */
  readonly checksTime: boolean;
  readonly isRefusing: () => boolean;
}

/** Google's token services for a service account and a federated workload. */
export interface GoogleTokens {
  /** Undefined for a path of another service. */
  answer(request: SimulatedRequest): Reply | undefined;
  /** Whether a request has a valid token. */
  opens(authorization: string | undefined): boolean;
  /** Invalidates every token issued so far. */
  expire(): void;
}

export const TOKEN_PATH = "/token";
export const STS_PATH = "/v1/token";
const MAX_ASSERTION_SECONDS = 3600;

let keys: { readonly privateKey: string; readonly publicKey: string } | undefined;

/** One RSA key for all simulators of a process, because generating one is slow. */
function keyPair() {
  keys ??= generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return keys;
}

/** A service account's key file in Google's format, for a token service at this address. */
export function serviceAccountKeyFile(url: string, email = "siem@simulated-project.iam.gserviceaccount.com"): string {
  return JSON.stringify({
    type: "service_account",
    project_id: "simulated-project",
    private_key_id: "5a1b00000000000000000000000000000000c0de",
    private_key: keyPair().privateKey,
    client_email: email,
    client_id: "100000000000000000001",
    token_uri: `${url}${TOKEN_PATH}`,
  });
}

export function createGoogleTokens({
  email,
  subjectToken,
  tokenSeconds,
  now,
  checksTime,
  isRefusing,
}: GoogleTokensOptions): GoogleTokens {
  const issued = new Map<string, { readonly isFederated: boolean; readonly expiresAt: number }>();
  const impersonation = `/v1/projects/-/serviceAccounts/${email}:generateAccessToken`;
  let count = 0;

  function issue(isFederated: boolean): string {
    count += 1;
    const token = `ya29.simulated.${count}`;
    issued.set(token, { isFederated, expiresAt: now() + tokenSeconds * 1000 });
    return token;
  }

  function oauth(isFederated: boolean): Reply {
    const issuedTokenType = isFederated && { issued_token_type: "urn:ietf:params:oauth:token-type:access_token" };
    const body = {
      access_token: issue(isFederated),
      expires_in: tokenSeconds,
      token_type: "Bearer",
      ...issuedTokenType,
    };
    return jsonReply(200, body);
  }

  function exchangeAssertion({ body }: SimulatedRequest): Reply {
    const form = new URLSearchParams(body.toString());
    if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer") {
      return refusal("unsupported_grant_type", `Invalid grant_type: ${form.get("grant_type") ?? ""}`);
    }
    if (isRefusing()) return refusal("invalid_grant", "Invalid grant: account not found");
    const problem = assertionProblem(form.get("assertion") ?? "", email, checksTime ? now() : undefined);
    return problem === undefined ? oauth(false) : refusal("invalid_grant", problem);
  }

  function exchangeSubject({ body }: SimulatedRequest): Reply {
    const form = new URLSearchParams(body.toString());
    if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:token-exchange") {
      return refusal("unsupported_grant_type", "Only token exchange is supported.");
    }
    if (form.get("subject_token") !== subjectToken || isRefusing()) {
      return refusal("invalid_grant", "The given credential is rejected by the attribute condition.");
    }
    return oauth(true);
  }

  function impersonate({ headers }: SimulatedRequest): Reply {
    const known = issued.get(bearerOf(headers.authorization));
    if (known?.isFederated !== true) return googleError(403, "Permission 'iam.serviceAccounts.getAccessToken' denied.");
    return jsonReply(200, {
      accessToken: issue(false),
      expireTime: new Date(now() + tokenSeconds * 1000).toISOString().replace(/\.\d+Z$/, "Z"),
    });
  }

  return {
    answer(request) {
      if (request.method !== "POST") return undefined;
      switch (request.path) {
        case TOKEN_PATH:
          return exchangeAssertion(request);
        case STS_PATH:
          return exchangeSubject(request);
        case impersonation:
          return impersonate(request);
        default:
          return undefined;
      }
    },
    opens(authorization) {
      const known = issued.get(bearerOf(authorization));
      return known !== undefined && known.expiresAt > now();
    },
    expire: () => issued.clear(),
  };
}

function refusal(error: string, description: string): Reply {
  return jsonReply(400, { error, error_description: description });
}

function bearerOf(authorization = ""): string {
  return /^Bearer (\S+)$/.exec(authorization)?.[1] ?? "";
}

/** Why Google refuses an assertion; undefined when it is valid. */
function assertionProblem(assertion: string, email: string, now: number | undefined): string | undefined {
  const [header = "", claims = "", signature = ""] = assertion.split(".");
  const { alg } = part(header);
  const { iss, aud, iat, exp, scope } = part(claims);
  const isSigned =
    alg === "RS256" &&
    verify(
      "sha256",
      Buffer.from(`${header}.${claims}`),
      createPublicKey(keyPair().publicKey),
      Buffer.from(signature, "base64url"),
    );
  if (!isSigned) return "Invalid JWT Signature.";
  if (iss !== email) return "Invalid grant: account not found";
  if (typeof aud !== "string" || !aud.endsWith(TOKEN_PATH)) return "Invalid JWT: Failed audience check.";
  const seconds = now === undefined ? Number(iat) : now / 1000;
  const [from, until] = [Number(iat), Number(exp)];
  if (!(from <= seconds + 60 && until > seconds && until - from <= MAX_ASSERTION_SECONDS)) {
    return "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.";
  }
  return typeof scope === "string" && scope !== "" ? undefined : "Invalid OAuth scope or ID token audience provided.";
}

function part(text: string): Readonly<Record<string, unknown>> {
  const value = parseJson(Buffer.from(text, "base64url").toString());
  return isObject(value) ? value : {};
}
