export type Labels = Readonly<Record<string, string>>;

/** Writes the Prometheus text format, version 0.0.4. */
export interface MetricsText {
  /** Begins a metric family. The samples that follow belong to it. */
  begin(name: string, type: "counter" | "gauge" | "histogram", help: string): void;
  sample(labels: Labels, value: number, suffix?: "_bucket" | "_sum" | "_count"): void;
  toString(): string;
}

export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export function createMetricsText(): MetricsText {
  const lines: string[] = [];
  let family = "";
  return {
    begin(name, type, help) {
      family = name;
      lines.push(`# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`, `# TYPE ${name} ${type}`);
    },
    sample(labels, value, suffix) {
      const named = Object.entries(labels).map(([name, text]) => `${name}="${escaped(text)}"`);
      const braces = named.length === 0 ? "" : `{${named.join(",")}}`;
      lines.push(`${family}${suffix ?? ""}${braces} ${value}`);
    },
    toString: () => `${lines.join("\n")}\n`,
  };
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
