import { describe, expect, it } from "vitest";
import { syslogSchema } from "./schema.ts";

const host = "syslog.example.com";

function problemsOf(config: object): string[] {
  return (syslogSchema.safeParse(config).error?.issues ?? []).map(({ path }) => path.join("."));
}

describe("syslogSchema", () => {
  it("needs nothing but a host, and means TLS", () => {
    expect(syslogSchema.parse({ host })).toEqual({
      host,
      transport: "tls",
      format: "json",
      header: "rfc5424",
      framing: "octet_counting",
      app_name: "arbitex",
      facility: "local0",
      max_message_bytes: 8192,
      tls_verify: true,
    });
  });

  it("refuses certificates for a connection that has none, each by its name", () => {
    const config = { host, transport: "tcp", tls_ca: "/ca.pem", tls_server_name: "x" };
    expect(problemsOf(config)).toEqual(["tls_ca", "tls_server_name"]);
    expect(problemsOf({ host, transport: "tcp", port: 514 })).toEqual([]);
  });

  it("wants certificate and key together, and names the one that is missing", () => {
    expect(problemsOf({ host, tls_cert: "/c.pem" })).toEqual(["tls_key"]);
  });

  it("refuses an application's name that would shift the fields of a header", () => {
    const refused = ["two words", "", "größe", "x".repeat(49), "a\nb"];
    expect(refused.filter((app_name) => problemsOf({ host, app_name }).length === 0)).toEqual([]);
  });
});
