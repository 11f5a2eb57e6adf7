// What a program needs that reads configurations of its own, from a file, an environment or a form.
export { certificateProblems } from "./certificate-problems.ts";
export type { Naming } from "./config-problems.ts";
export { UNKNOWN_SETTING, namingUnder, pathText, problem, shownPath, valueAt } from "./config-problems.ts";
export type { DestinationConfig } from "./destination-config.ts";
export { destinationSchema } from "./destination-config.ts";
export { originOf } from "./destination.ts";
export { duration } from "./duration.ts";
export { egressSchema, egressSettings, guardsOf } from "./egress-settings.ts";
export type { SchemaNode } from "./schema-node.ts";
export { nodeAt, schemaNodeOf } from "./schema-node.ts";
export { fromText } from "./setting-table.ts";
export type { FoundConnectors } from "../connectors/discover.ts";
export { findConnectors } from "../connectors/discover.ts";
export { editDistance } from "../connectors/nearest.ts";
export { parseAllowed } from "../../transport/guard/allow-list.ts";
export { readProxySettings } from "../../transport/proxy/proxy-settings.ts";
