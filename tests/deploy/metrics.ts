import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** The metrics that a text names, a histogram's parts by its name; not the series that our own rules record. */
export function metricsIn(text: string): readonly string[] {
  const named = text.matchAll(/(?<![\w:])siem_[a-z_]+(?![\w:])/g);
  return [...new Set([...named].map(([name]) => name.replace(/_(?:bucket|sum|count)$/, "")))].toSorted();
}

export interface Alert {
  readonly name: string;
  readonly severity: string;
}

/** The alerts of a file of Prometheus' rules, as this repository writes them. */
export function alertsIn(rules: string): readonly Alert[] {
  return rules
    .split("- alert: ")
    .slice(1)
    .map((text) => ({
      name: text.split("\n", 1)[0] ?? "",
      severity: /severity: (\w+)/.exec(text)?.[1] ?? "",
    }));
}
