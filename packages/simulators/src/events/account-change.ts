import type { OcsfEvent } from "@arbitex/core";
import type { EventMoment } from "./moment.ts";
import { actor, metadata, sourceEndpoint } from "./moment.ts";
import { pick, uuid7 } from "./random.ts";

const ACTIVITIES = [
  { activity_id: 1, activity_name: "Create", action: "user.invited", verb: "invited" },
  {
    activity_id: 99,
    activity_name: "Group Member Added",
    action: "group.member_added",
    verb: "added to group “Analysten” the user",
  },
  {
    activity_id: 7,
    activity_name: "Attach Policy",
    action: "role.assigned",
    verb: "made auditor",
    policy: { name: "auditor" },
  },
];

/** A user is invited, added to a group or given a role: class 3001. */
export function accountChange(moment: EventMoment): OcsfEvent {
  const { random, time, person } = moment;
  const { activity_id, activity_name, action, verb, policy } = pick(random, ACTIVITIES);
  const changed = { uid: uuid7(random, time), name: "Camille Dubois", email_addr: "camille.dubois@example.com" };
  return {
    class_uid: 3001,
    class_name: "Account Change",
    category_uid: 3,
    category_name: "Identity & Access Management",
    activity_id,
    activity_name,
    type_uid: 300100 + activity_id,
    severity_id: 2,
    severity: "Low",
    status_id: 1,
    status: "Success",
    time,
    message: `${person.user.name} ${verb} ${changed.name}`,
    metadata: metadata(moment),
    actor: actor(moment),
    user: activity_id === 99 ? { ...changed, groups: [{ name: "Analysten" }] } : changed,
    ...(policy && { policy }),
    src_endpoint: sourceEndpoint(moment),
    http_request: { http_method: "POST", user_agent: person.userAgent },
    unmapped: { action },
  };
}
