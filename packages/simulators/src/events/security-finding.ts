import type { OcsfEvent } from "@arbitex/core";
import type { EventMoment } from "./moment.ts";
import { actor, metadata, sourceEndpoint } from "./moment.ts";
import { integer, pick, uuid7 } from "./random.ts";

const ENTITIES = [
  { entity: "US_SSN", pack: "pii-us", framework: "HIPAA 164.312", severity_id: 4, severity: "High" },
  { entity: "CREDIT_CARD", pack: "pci-dss-4", framework: "PCI DSS 3.4.1", severity_id: 4, severity: "High" },
  { entity: "API_KEY", pack: "credentials", framework: "SOC 2 CC6.1", severity_id: 5, severity: "Critical" },
  { entity: "PERSON", pack: "gdpr", framework: "GDPR Art. 5(1)(c)", severity_id: 3, severity: "Medium" },
];
const ACTIONS = ["BLOCK", "REDACT", "CANCEL", "SKIP"];

/** A data loss prevention rule that matched, class 2001: Create. It never contains the matched text. */
export function securityFinding(moment: EventMoment): OcsfEvent {
  const { random, time } = moment;
  const { entity, pack, framework, severity_id, severity } = pick(random, ENTITIES);
  const action = pick(random, ACTIONS);
  const direction = pick(random, ["input", "output"]);
  return {
    class_uid: 2001,
    class_name: "Security Finding",
    category_uid: 2,
    category_name: "Findings",
    activity_id: 1,
    activity_name: "Create",
    type_uid: 200101,
    severity_id,
    severity,
    status_id: 1,
    status: "Success",
    status_detail: action,
    state_id: 1,
    state: "New",
    time,
    message: `DLP ${action}: ${entity} in ${direction} – rule “${pack}”`,
    metadata: metadata(moment),
    actor: actor(moment),
    src_endpoint: sourceEndpoint(moment),
    finding: {
      title: `${entity} detected in ${direction}`,
      uid: uuid7(random, time),
      types: ["Data Loss Prevention"],
    },
    unmapped: {
      action,
      audit_action: `dlp_${action.toLowerCase()}`,
      matched_pack_id: pack,
      matched_rule_id: `${pack}-${integer(random, 1, 40)}`,
      framework,
      tier: integer(random, 1, 3),
      confidence: integer(random, 60, 99) / 100,
    },
  };
}
