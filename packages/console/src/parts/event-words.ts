/** What an event is, in its own words. */
export function kindOfEvent(event: Readonly<Record<string, unknown>>): string {
  return firstText(event["class_name"], event["type_name"], `class ${String(event["class_uid"])}`);
}

export function messageOfEvent(event: Readonly<Record<string, unknown>>): string {
  return firstText(event["message"], event["activity_name"], event["status_detail"], "");
}

function firstText(...values: readonly unknown[]): string {
  return values.find((value): value is string => typeof value === "string") ?? "";
}
