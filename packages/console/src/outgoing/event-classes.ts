/** Classes of OCSF that audit events are of, by uid. Their names are OCSF's own in every language. */
export const EVENT_CLASSES: ReadonlyMap<number, string> = new Map([
  [3002, "Authentication"],
  [3001, "Account Change"],
  [6003, "API Activity"],
  [2001, "Security Finding"],
  [2004, "Detection Finding"],
  [3003, "Authorize Session"],
  [3004, "Entity Management"],
  [3005, "User Access Management"],
  [3006, "Group Management"],
  [5019, "Device Config State Change"],
  [6001, "Web Resources Activity"],
  [6002, "Application Lifecycle"],
  [6005, "Datastore Activity"],
  [6006, "File Hosting Activity"],
]);

/** The classes to choose from: those, and what a saved filter names besides. */
export function classesWith(saved: readonly number[]): readonly (readonly [number, string])[] {
  const others = saved.filter((uid) => !EVENT_CLASSES.has(uid));
  return [...EVENT_CLASSES, ...others.map((uid) => [uid, `${uid}`] as const)];
}
