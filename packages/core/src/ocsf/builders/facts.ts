import type { SeverityId } from "../generated/enums.ts";

/** Facts of any event. Absent facts are absent attributes. */
export interface EventFacts {
  /** Time of the event, in milliseconds since the epoch. */
  readonly time: number;
  /** Default: a sentence composed of the facts. */
  readonly message?: string | undefined;
  /** Default Informational. */
  readonly severityId?: SeverityId | undefined;
  /** The source's own name of the severity, for severity 99. */
  readonly severity?: string | undefined;
  readonly statusCode?: string | undefined;
  readonly statusDetail?: string | undefined;
  /** The source's own name of the activity, for activity 99. */
  readonly activityName?: string | undefined;
  /** Stable id of the event. Default: a new UUIDv7. */
  readonly uid?: string | undefined;
  /** The source's own code of the event, such as `group.member_added`: `metadata.event_code`. */
  readonly eventCode?: string | undefined;
  /** The time as written by the source, if `time` is less precise. */
  readonly originalTime?: string | undefined;
  /** Id shared by the events of one request or session. */
  readonly correlationUid?: string | undefined;
  /** Duration in whole milliseconds. */
  readonly duration?: number | undefined;
  /** The acting user. */
  readonly user?: UserFacts | undefined;
  /** Organization of `user`. */
  readonly org?: OrganizationFacts | undefined;
  readonly source?: EndpointFacts | undefined;
  /** Members without an OCSF attribute; they are not validated. */
  readonly unmapped?: Readonly<Record<string, unknown>> | undefined;
}

/** Facts of a user. */
export interface UserFacts {
  readonly uid?: string | undefined;
  /** Display name. It is written to OCSF's `name` (a login name) and `full_name`. */
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  /** Groups of the user or, for a change, the groups joined or left. OCSF requires a uid or name of each. */
  readonly groups?: readonly { readonly uid?: string | undefined; readonly name?: string | undefined }[] | undefined;
  /** The key or other credential concerned. */
  readonly credentialUid?: string | undefined;
}

/** Facts of an organization. */
export interface OrganizationFacts {
  readonly uid?: string | undefined;
  readonly name?: string | undefined;
}

/** Facts of a network endpoint. */
export interface EndpointFacts {
  /**
   * An address with optional port and zone, or a list as in `X-Forwarded-For`: the first public address is the
   * client's, the others become `intermediate_ips`.
   */
  readonly ip?: string | undefined;
  readonly hostname?: string | undefined;
  readonly port?: number | undefined;
  /** Country, ISO 3166-1 alpha-2. */
  readonly country?: string | undefined;
  readonly region?: string | undefined;
  readonly city?: string | undefined;
  readonly isp?: string | undefined;
  /** Latitude in degrees; written only together with `long`. */
  readonly lat?: number | undefined;
  readonly long?: number | undefined;
  /** Whether it is a known VPN, proxy or Tor exit; undefined if unknown. */
  readonly isAnonymous?: boolean | undefined;
}

/** Facts of an HTTP request. */
export interface RequestFacts {
  /** Method. One that OCSF 1.1.0 does not list, such as PATCH, is kept under `unmapped`. */
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly userAgent?: string | undefined;
}
