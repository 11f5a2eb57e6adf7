import type { ConnectorContext } from "@arbitex/core";
import { httpClient, SiemError } from "@arbitex/core";
import { isMicrosoft, tokenUrl } from "../addresses.ts";
import { clouds } from "../clouds.ts";
import type { SentinelConfig } from "../schema.ts";
import { readClientCertificate, signAssertion } from "./client-certificate.ts";
import { assertionProof, createClientCredential } from "./client-credential.ts";
import type { TokenCredential } from "./credential.ts";
import { createManagedIdentity } from "./managed-identity.ts";
import { federatedProof } from "./workload-identity.ts";

/** Token services answer within seconds. */
const TIMEOUT_MS = 30_000;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Creates the credential of a configuration. `environment` holds what Azure tells a process about its identity; nothing
 * else is read from it.
 */
export function configuredCredential(
  config: SentinelConfig,
  context: ConnectorContext,
  environment: Environment,
): TokenCredential {
  const { tenant_id = "", client_id: clientId, client_secret, client_certificate, credential } = config;
  if (credential !== undefined) assertOwnIdentityIsSafe(config, context);
  const http = httpClient({ context, timeoutMs: TIMEOUT_MS });
  const { now } = context;
  if (credential === "managed_identity") return createManagedIdentity({ http, environment, clientId, now });

  const url = tokenUrl(config.authority_host ?? clouds[config.cloud].authority, tenant_id);
  const client = { http, tokenUrl: url, clientId: clientId ?? "", now };
  if (credential === "workload_identity") {
    return createClientCredential({ ...client, proof: () => federatedProof(environment) });
  }
  if (client_certificate !== undefined) {
    const proof = async () => {
      const certificate = await readClientCertificate(client_certificate);
      return assertionProof(signAssertion(certificate, { clientId: client.clientId, audience: url, now: now() }));
    };
    return createClientCredential({ ...client, proof });
  }
  return createClientCredential({ ...client, proof: () => ({ client_secret: client_secret?.reveal() ?? "" }) });
}

/**
 * Rejects a tenant's use of the host's identity: through addresses of its choice a tenant would see tokens that open
 * other destinations.
 */
function assertOwnIdentityIsSafe(config: SentinelConfig, { orgId, destinationId }: ConnectorContext): void {
  if (orgId === null) return;
  const { endpoint, authority_host, management_host } = config;
  const foreign = [endpoint, authority_host, management_host].filter(
    (url) => url !== undefined && !isMicrosoft(new URL(url).hostname),
  );
  if (foreign.length === 0) return;
  throw new SiemError(
    "SIEM_DESTINATION_OPEN",
    `Destination "${destinationId}" belongs to an organisation and uses the host's own Azure identity, so that it may name ` +
      `only Microsoft's addresses; use a client_secret or client_certificate of its own for ${foreign.join(", ")}.`,
  );
}
