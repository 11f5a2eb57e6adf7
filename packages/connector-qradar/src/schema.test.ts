import { describe, expect, it } from "vitest";
import { z } from "zod";
import { qradarSchema } from "./schema.ts";

const host = "qradar.example.com";

function problemsOf(config: unknown): string[] {
  const { error } = qradarSchema.safeParse(config);
  return (error?.issues ?? []).map(({ path, code }) => (code === "unrecognized_keys" ? "unknown" : path.join(".")));
}

describe("qradarSchema", () => {
  it("needs nothing but a host", () => {
    expect(qradarSchema.parse({ host })).toEqual({
      host,
      port: 6514,
      format: "cef",
      header: "rfc5424",
      framing: "lf",
      max_message_bytes: 8192,
      tls_verify: true,
    });
  });

  it("takes names and addresses, and nothing around them", () => {
    const taken = ["q", "qradar.example.com", "203.0.113.7", "2001:db8::7", "::1"];
    const refused = ["", "https://q", "q:6514", "[::1]", "q/x", "a b", "user@q"];
    expect(taken.filter((name) => problemsOf({ host: name }).length > 0)).toEqual([]);
    expect(refused.filter((name) => problemsOf({ host: name }).length === 0)).toEqual([]);
  });

  it("reports every problem at once", () => {
    const problems = problemsOf({ host: "", port: 0, format: "json", framing: "nul", fromat: "leef" });
    expect(problems.toSorted()).toEqual(["format", "framing", "host", "port", "unknown"]);
  });

  it("wants certificate and key together, and names the one that is missing", () => {
    expect(problemsOf({ host, tls_cert: "/c.pem" })).toEqual(["tls_key"]);
    expect(problemsOf({ host, tls_key: "/c.key" })).toEqual(["tls_cert"]);
    expect(problemsOf({ host, tls_cert: "/c.pem", tls_key: "/c.key" })).toEqual([]);
  });

  it("refuses a source host that no syslog header can carry, or that QRadar cannot route", () => {
    const refused = ["two words", "tab\there", "größe", "2001:db8::7"];
    expect(refused.filter((source_host) => problemsOf({ host, source_host }).length === 0)).toEqual([]);
  });

  it("describes each setting, and marks the secret", () => {
    const { properties } = z.toJSONSchema(qradarSchema, { io: "input" });
    const undescribed = Object.entries(properties ?? {}).filter(([, value]) => !Object(value).description);
    expect(undescribed).toEqual([]);
    expect(properties).toMatchObject({ tls_key: { writeOnly: true } });
  });
});
