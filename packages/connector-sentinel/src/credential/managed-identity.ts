import type { HttpClient, HttpReply, HttpRequest, TokenVerdict } from "@arbitex/core";
import { classifyFailure, classifyStatus, describeFailure, retryAfterOf, TokenError } from "@arbitex/core";
import type { TokenCredential } from "./credential.ts";
import { issuedToken, tokenProblem } from "./token-reply.ts";

export interface ManagedIdentityOptions {
  readonly http: HttpClient;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Client id of a user-assigned identity. Default: the machine's own identity. */
  readonly clientId: string | undefined;
  readonly now: () => number;
}

/** Reachable on Azure machines only. */
const IMDS = "http://169.254.169.254";

/** Creates the credential of the identity Azure gives this machine, App Service, Function or Container App. */
export function createManagedIdentity({ http, environment, clientId, now }: ManagedIdentityOptions): TokenCredential {
  return {
    async getToken(scope, { abortSignal }) {
      const request = requestFor(scope.replace(/\/\.default$/, ""), clientId, environment);
      let reply: HttpReply;
      try {
        reply = await http.send(request, abortSignal);
      } catch (cause) {
        const reason = `no token: the managed identity service does not answer (is this an Azure machine?): ${describeFailure(cause)}`;
        const failure = classifyFailure(cause);
        const verdict: TokenVerdict = failure.kind === "suspend" ? { ...failure, reason } : { kind: "retry", reason };
        throw new TokenError(verdict, { cause });
      }
      const issued = issuedToken(reply, now());
      if (issued === undefined) throw new TokenError(classifyIdentityReply(reply, now()));
      return issued;
    },
  };
}

function requestFor(
  resource: string,
  clientId: string | undefined,
  environment: ManagedIdentityOptions["environment"],
): HttpRequest {
  const query = new URLSearchParams({ resource, ...(clientId !== undefined && { client_id: clientId }) });
  const { IDENTITY_ENDPOINT: appService, IDENTITY_HEADER: header } = environment;
  if (appService && header) {
    query.set("api-version", "2019-08-01");
    return { url: `${appService}?${query.toString()}`, method: "GET", headers: { "x-identity-header": header } };
  }
  query.set("api-version", "2018-02-01");
  const host = environment["AZURE_POD_IDENTITY_AUTHORITY_HOST"] || IMDS;
  return {
    url: `${host}/metadata/identity/oauth2/token?${query.toString()}`,
    method: "GET",
    headers: { metadata: "true" },
  };
}

/** Classifies a reply without a token. IMDS answers 404 and 410 during updates, and 400 for an unknown identity. */
function classifyIdentityReply(reply: HttpReply, now: number): TokenVerdict {
  const { status } = reply;
  const problem = tokenProblem(reply);
  const reason = `no token: HTTP ${status} from the managed identity service${problem ? `: ${problem.description || problem.error}` : ""}`;
  const isPassing = status === 404 || status === 410 || ["retry", "accepted"].includes(classifyStatus(reply, now).kind);
  if (!isPassing) {
    const fix =
      "Assign a managed identity to this machine; set client_id to a user-assigned one, and leave it out otherwise.";
    return { kind: "suspend", reason, fix };
  }
  const afterMs = retryAfterOf(reply, now);
  return { kind: "retry", reason, ...(afterMs !== undefined && { afterMs }) };
}
