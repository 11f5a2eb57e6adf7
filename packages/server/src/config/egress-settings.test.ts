import { describe, expect, it } from "vitest";
import { problemsOf } from "@arbitex/core/host";
import { egressSettings, guardsOf } from "@arbitex/core/config";
import { hostConfigSchema } from "./host-config.ts";

function problems(egress: object): readonly string[] {
  const parsed = hostConfigSchema.safeParse({ egress });
  if (parsed.success) return [];
  return problemsOf(parsed.error, hostConfigSchema).map(({ path, message }) => `${path}: ${message}`);
}

describe("egress in the configuration file", () => {
  it("becomes the host's settings", () => {
    const egress = {
      guard: "all",
      allow: ["10.0.0.0/8", "*.corp.example"],
      ports: [443, "9200-9243"],
      plain_http: true,
    };
    expect(problems(egress)).toEqual([]);
    expect(egressSettings(hostConfigSchema.parse({ egress }).egress)).toEqual({
      guard: "all",
      allow: egress.allow,
      ports: egress.ports,
      plainHttp: true,
    });
    expect(egressSettings(undefined)).toEqual({});
  });

  it("is told where it cannot be read", () => {
    expect(problems({ guard: "on", allow: ["10.0.0.1", "10.0.0.0/33"], ports: ["9-8", 443] })).toEqual([
      "egress.guard: expected one of tenants, all, off.",
      "egress.allow[1]: expected an address, a range such as 10.1.0.0/16, a name, or *. and a name.",
      "egress.ports[0]: expected a port, or two with a dash such as 1024-65535.",
    ]);
    expect(problems({ ports: [] })).toHaveLength(1);
    expect(problems({ ports: [true] })).toEqual([
      "egress.ports[0]: expected a port, or two with a dash such as 1024-65535.",
    ]);
    expect(problems({ allows: [] })).toEqual(["egress.allows: unknown setting."]);
  });
});

describe("the guard of a destination", () => {
  it("is there for an organisation's, and for a global one only where it is set", () => {
    expect(guarded()).toEqual([true, false]);
    expect(guarded("tenants")).toEqual([true, false]);
    expect(guarded("all")).toEqual([true, true]);
    expect(guarded("off")).toEqual([false, false]);
  });
});

/** Whether an organisation's destination is guarded, and whether a global one is. */
function guarded(guard?: "tenants" | "all" | "off"): readonly boolean[] {
  const guardOf = guardsOf(guard && { guard });
  return [guardOf("acme") !== undefined, guardOf(null) !== undefined];
}
