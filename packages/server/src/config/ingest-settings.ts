import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defaultIntakeLimits } from "@arbitex/core/host";
import type { ConfigProblem, GeoipPaths } from "@arbitex/core/host";
import type { HostSettings } from "./deployment.ts";
import type { HostConfig } from "./host-config.ts";

type IngestSettings = Pick<
  HostSettings,
  "intakeLimits" | "maxBodyBytes" | "validation" | "repair" | "inputFormat" | "auditRecords"
>;

const DEFAULT_MAX_BODY_BYTES = 64 * 1024 * 1024;

/** The `ingest` section with defaults. */
export function ingestSettings(ingest: NonNullable<HostConfig["ingest"]> = {}): IngestSettings {
  return {
    intakeLimits: {
      maxEventBytes: ingest.max_event_bytes ?? defaultIntakeLimits.maxEventBytes,
      maxDepth: ingest.max_depth ?? defaultIntakeLimits.maxDepth,
    },
    maxBodyBytes: ingest.max_body_bytes ?? DEFAULT_MAX_BODY_BYTES,
    validation: ingest.validation ?? "shape",
    repair: ingest.repair ?? false,
    inputFormat: ingest.format ?? "ocsf",
    auditRecords: { findingClass: ingest.finding_class ?? 2001, includeContent: ingest.include_content ?? false },
  };
}

/** Where a GeoIP database is configured. The environment takes precedence over the file. */
export interface GeoipSources {
  readonly environment: {
    readonly SIEM_GEOIP_CITY?: string | undefined;
    readonly SIEM_GEOIP_ANONYMOUS?: string | undefined;
  };
  readonly file: HostConfig["enrichment"];
  readonly workingFolder: string;
}

/** The configured databases. A missing file is a problem, wherever it was configured. */
export function geoipSettings(
  { environment, file = {}, workingFolder }: GeoipSources,
  problems: ConfigProblem[],
): GeoipPaths {
  const found = (variable: keyof typeof environment, key: keyof typeof file): GeoipPaths["city"] => {
    const given = environment[variable] ?? file[key];
    if (given === undefined) return undefined;
    const named = environment[variable] === undefined ? `enrichment.${key}` : variable;
    const paths = filesOf(given).map((path) => resolve(workingFolder, path));
    for (const path of paths.filter((candidate) => !existsSync(candidate))) {
      problems.push({ path: named, message: `there is no file ${path}.`, fix: "Name a MaxMind database (.mmdb)." });
    }
    return paths.length === 1 ? paths[0] : paths;
  };
  return {
    city: found("SIEM_GEOIP_CITY", "geoip_city"),
    anonymous: found("SIEM_GEOIP_ANONYMOUS", "geoip_anonymous"),
  };
}

/** A variable lists several files separated by commas. */
function filesOf(given: string | readonly string[]): readonly string[] {
  return typeof given === "string" ? given.split(",").map((path) => path.trim()) : given;
}
