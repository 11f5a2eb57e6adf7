import { readClientAddress } from "../address.ts";
import { SeverityId } from "../generated/enums.ts";
import type { Actor } from "../generated/objects/actor.ts";
import type { Enrichment } from "../generated/objects/enrichment.ts";
import type { Location } from "../generated/objects/location.ts";
import type { Metadata } from "../generated/objects/metadata.ts";
import type { NetworkEndpoint } from "../generated/objects/network-endpoint.ts";
import type { Organization } from "../generated/objects/organization.ts";
import type { User } from "../generated/objects/user.ts";
import { arbitexExtension, schemaVersion } from "../generated/schema-tables.ts";
import type { EndpointFacts, EventFacts, OrganizationFacts, UserFacts } from "./facts.ts";
import { present } from "./present.ts";
import type { BuilderSettings } from "./settings.ts";

/** Builds the attributes common to every class. */
export function commonParts(facts: EventFacts, settings: BuilderSettings, profiles?: readonly string[]) {
  return present({
    activity_name: facts.activityName,
    severity_id: facts.severityId ?? SeverityId.Informational,
    severity: facts.severity,
    time: facts.time,
    duration: facts.duration,
    message: facts.message,
    status_code: facts.statusCode,
    status_detail: facts.statusDetail,
    metadata: metadataOf(facts, settings, profiles),
    enrichments: enrichmentsOf(facts.source, settings),
    unmapped: facts.unmapped,
  });
}

function metadataOf(facts: EventFacts, settings: BuilderSettings, profiles?: readonly string[]): Metadata {
  return present({
    version: schemaVersion,
    product: settings.product,
    uid: facts.uid ?? settings.newUid(),
    event_code: facts.eventCode,
    original_time: facts.originalTime,
    correlation_uid: facts.correlationUid,
    tenant_uid: facts.org?.uid,
    profiles,
    extensions: [arbitexExtension],
  });
}

/**
 * Builds the actor; undefined without facts. The organization is written both where the platform documents it and where
 * OCSF defines it.
 */
export function actorOf({ user, org }: EventFacts): Actor | undefined {
  const organization = organizationOf(org);
  if (user === undefined && organization === undefined) return undefined;
  return present({ user: userOf(user ?? {}, org), org: organization });
}

/** Builds a user. OCSF requires a name or uid; without either the user is named unknown. */
export function userOf({ uid, name, email, groups, credentialUid }: UserFacts, org?: OrganizationFacts): User {
  const isUnknown = uid === undefined && name === undefined && email === undefined;
  return present({
    uid,
    name: name ?? email ?? (isUnknown ? "unknown" : undefined),
    full_name: name,
    email_addr: email,
    groups: groups === undefined || groups.length === 0 ? undefined : groups.map((group) => present(group)),
    credential_uid: credentialUid,
    org: organizationOf(org),
  });
}

function organizationOf({ uid, name }: OrganizationFacts = {}): Organization | undefined {
  return uid === undefined && name === undefined ? undefined : present({ uid, name });
}

/** Builds an endpoint; undefined without identifying facts, since OCSF accepts no endpoint with only a location. */
export function endpointOf(facts: EndpointFacts = {}): NetworkEndpoint | undefined {
  const { ip, hostname, isAnonymous } = facts;
  const location = locationOf(facts);
  const client = ip === undefined ? undefined : readClientAddress(ip);
  const port = facts.port ?? client?.port;
  if ([ip, hostname, port, isAnonymous, location].every((fact) => fact === undefined)) return undefined;
  return present({
    ip: client?.ip,
    // A value that is not an address is kept as a name, as written.
    name: client === undefined ? (ip ?? (hostname === undefined ? "unknown" : undefined)) : undefined,
    hostname,
    port,
    interface_name: client?.zone,
    intermediate_ips: client === undefined || client.others.length === 0 ? undefined : client.others,
    location,
    is_anonymous: isAnonymous,
  });
}

/** Builds an unknown endpoint, for classes that require one. */
export function unknownEndpoint(): NetworkEndpoint {
  return { name: "unknown" };
}

function locationOf({ country, region, city, isp, lat, long }: EndpointFacts): Location | undefined {
  const hasPoint = lat !== undefined && long !== undefined;
  if (!hasPoint && country === undefined && region === undefined && city === undefined) return undefined;
  return present({
    country,
    region,
    city,
    isp,
    lat: hasPoint ? lat : undefined,
    long: hasPoint ? long : undefined,
    coordinates: hasPoint ? [long, lat] : undefined,
  });
}

// Readers that drop unknown attributes keep enrichments, so the flag is repeated here.
function enrichmentsOf(
  source: EndpointFacts | undefined,
  settings: BuilderSettings,
): readonly Enrichment[] | undefined {
  if (source?.ip === undefined || source.isAnonymous === undefined) return undefined;
  return [
    {
      name: "src_endpoint.ip",
      value: readClientAddress(source.ip)?.ip ?? source.ip,
      type: "anonymity",
      provider: settings.product.vendor_name,
      data: { is_anonymous: source.isAnonymous },
    },
  ];
}
