import type { OcsfEvent } from "@arbitex/core";
import type { EventMoment } from "./moment.ts";
import { actor, metadata, sourceEndpoint, success } from "./moment.ts";
import { pick } from "./random.ts";

const SERVICE = { name: "Arbitex Identity" };

// OCSF has no activity for a token exchange, so it is 99 with the source's own name.
const ACTIVITIES = [
  { activity_id: 1, activity_name: "Logon", action: "auth.login.success", verb: "logged in" },
  { activity_id: 1, activity_name: "Logon", action: "auth.saml.sso", verb: "logged in by SSO" },
  { activity_id: 2, activity_name: "Logoff", action: "auth.logout", verb: "logged out" },
  {
    activity_id: 99,
    activity_name: "Token Exchange",
    action: "auth.token.issued",
    verb: "exchanged a token",
  },
];
const PROTOCOLS = [
  { auth_protocol_id: 4, auth_protocol: "OpenID" },
  { auth_protocol_id: 5, auth_protocol: "SAML" },
  { auth_protocol_id: 6, auth_protocol: "OAUTH 2.0" },
];

/** A login, logout or token exchange: class 3002. */
export function authentication(moment: EventMoment): OcsfEvent {
  const { random, time, person } = moment;
  const { activity_id, activity_name, action, verb } = pick(random, ACTIVITIES);
  const succeeded = activity_id !== 1 || random() < 0.9;
  return {
    class_uid: 3002,
    class_name: "Authentication",
    category_uid: 3,
    category_name: "Identity & Access Management",
    activity_id,
    activity_name,
    type_uid: 300200 + activity_id,
    ...(succeeded ? { severity_id: 1, severity: "Informational" } : { severity_id: 3, severity: "Medium" }),
    ...success(succeeded),
    ...(!succeeded && { status_detail: "Invalid credentials" }),
    time,
    message: `${person.user.name} ${succeeded ? verb : "failed to log in"}`,
    metadata: metadata(moment),
    actor: actor(moment),
    user: person.user,
    service: SERVICE,
    is_mfa: random() < 0.7,
    ...pick(random, PROTOCOLS),
    src_endpoint: sourceEndpoint(moment),
    http_request: { user_agent: person.userAgent },
    unmapped: { action: succeeded ? action : "auth.login.failure" },
  };
}
