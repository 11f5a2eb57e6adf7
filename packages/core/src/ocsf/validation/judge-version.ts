import { schemaVersion } from "../generated/schema-tables.ts";
import { isJsonObject } from "../json-value.ts";
import { addError, addWarning, type Findings } from "./findings.ts";

/** Compares `metadata.version` with the schema's. An invalid version sorts lowest. */
export function judgeVersion(findings: Findings, metadata: unknown): void {
  if (!isJsonObject(metadata) || typeof metadata.version !== "string") return;
  const event = parseVersion(metadata.version);
  const schema = parseVersion(schemaVersion);
  const order = event === undefined || schema === undefined ? -1 : compare(event, schema);
  if (order === 0) return;
  const path = "metadata.version";
  const message = `metadata.version is not ${schemaVersion}, the version that the event was judged by.`;
  if (order > 0) addError(findings, "version_incompatible_later", path, message);
  else if (event?.numbers[0] === 0) addError(findings, "version_incompatible_initial_development", path, message);
  else if (event?.prerelease !== undefined) addError(findings, "version_incompatible_prerelease", path, message);
  else addWarning(findings, "version_earlier", path, message);
}

interface Version {
  readonly numbers: readonly number[];
  readonly prerelease: string | undefined;
}

// Like the official pattern, whose "$" also matches before a final line feed.
const pattern = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([^\n]+))?\n?$/;

function parseVersion(text: string): Version | undefined {
  const found = pattern.exec(text);
  if (found === null) return undefined;
  return { numbers: found.slice(1, 4).map(Number), prerelease: found[4] };
}

function compare(a: Version, b: Version): number {
  for (const [index, number] of a.numbers.entries()) {
    const other = b.numbers[index] ?? 0;
    if (number !== other) return number < other ? -1 : 1;
  }
  if (a.prerelease === b.prerelease) return 0;
  if (a.prerelease === undefined) return 1;
  return b.prerelease === undefined || a.prerelease < b.prerelease ? -1 : 1;
}
