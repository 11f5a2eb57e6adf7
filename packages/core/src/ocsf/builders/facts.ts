import type { SeverityId } from "../generated/enums.ts";

/** What a caller may know of any event. Whatever is left out is left out of the event. */
export interface EventFacts {
  /** When it happened, milliseconds since the epoch. */
  readonly time: number;
  /** A sentence made of the facts unless told. */
  readonly message?: string | undefined;
  /** Informational unless told. */
  readonly severityId?: SeverityId | undefined;
  /** The source's own word, for severity 99. */
  readonly severity?: string | undefined;
  readonly statusCode?: string | undefined;
  readonly statusDetail?: string | undefined;
  /** The source's own word for the activity, for activity 99. */
  readonly activityName?: string | undefined;
  /** Stable identity of the event; a new UUIDv7 unless told. */
  readonly uid?: string | undefined;
  /** The source's own name of what happened, such as `group.member_added`: `metadata.event_code`. */
  readonly eventCode?: string | undefined;
  /** The time as the source wrote it, where `time` does not say it to the last digit. */
  readonly originalTime?: string | undefined;
  /** What joins the events of one request or session. */
  readonly correlationUid?: string | undefined;
  /** Milliseconds, a whole number. */
  readonly duration?: number | undefined;
  /** Who did it. */
  readonly user?: UserFacts | undefined;
  /** The organization that `user` belongs to. */
  readonly org?: OrganizationFacts | undefined;
  readonly source?: EndpointFacts | undefined;
  /** Whatever has no place in OCSF; nothing in it is ever checked. */
  readonly unmapped?: Readonly<Record<string, unknown>> | undefined;
}

/** Facts of a user. */
export interface UserFacts {
  readonly uid?: string | undefined;
  /** The name to show. OCSF's `name` is a login name and its `full_name` this one; both are written. */
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  /** Groups that the user is in or, of a change, was put into or taken out of. OCSF wants a uid or a name of each. */
  readonly groups?: readonly { readonly uid?: string | undefined; readonly name?: string | undefined }[] | undefined;
  /** The key or other credential that the event is about. */
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
   * An address with or without a port and a zone, or a list as in `X-Forwarded-For`: its first public address is the client's own,
   * the others become `intermediate_ips`.
   */
  readonly ip?: string | undefined;
  readonly hostname?: string | undefined;
  readonly port?: number | undefined;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string | undefined;
  readonly region?: string | undefined;
  readonly city?: string | undefined;
  readonly isp?: string | undefined;
  /** Degrees; written only together with `long`. */
  readonly lat?: number | undefined;
  readonly long?: number | undefined;
  /** True for a known exit of a VPN, a proxy or Tor; undefined when that is not known. */
  readonly isAnonymous?: boolean | undefined;
}

/** Facts of an HTTP request. */
export interface RequestFacts {
  /** Methods that OCSF 1.1.0 does not list, such as PATCH, are kept under `unmapped`. */
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly userAgent?: string | undefined;
}
