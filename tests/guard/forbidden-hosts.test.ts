import { domainToASCII } from "node:url";
import { describe, expect, it } from "vitest";
import { openListener } from "./counting-listener.ts";
import { forbiddenHosts, forbiddenRawHosts } from "./forbidden-hosts.ts";
import { guarded } from "./guarded.ts";

const table = Object.entries(forbiddenHosts);

describe("a guarded destination", () => {
  it.each(table)("reaches nothing over HTTP that is forbidden %s", async (_, hosts) => {
    const listener = await openListener("127.0.0.1");
    const { post } = guarded({ rules: { plainHttp: true } });
    for (const host of hosts)
      for (const scheme of ["http", "https"])
        await expect(post(`${scheme}://${host}:${listener.port}/x`), host).rejects.toMatchObject({
          code: "SIEM_EGRESS_ADDRESS",
        });
    expect(listener.connections()).toBe(0);
  });

  it.each([...table, ["in no URL", forbiddenRawHosts] as const])(
    "reaches nothing over raw TLS that is forbidden %s",
    async (_, hosts) => {
      const listener = await openListener("127.0.0.1");
      const { dial } = guarded();
      for (const host of hosts) {
        await expect(dial(host, listener.port), host).rejects.toMatchObject({ code: "SIEM_EGRESS_ADDRESS" });
        const bare = host.replace(/^\[|\]$/g, "");
        await expect(dial(bare, listener.port), bare).rejects.toMatchObject({ code: "SIEM_EGRESS_ADDRESS" });
      }
      expect(listener.connections()).toBe(0);
    },
  );

  it("would reach these in their odd spellings, were it not guarded", async () => {
    const listener = await openListener("127.0.0.1");
    const { post } = guarded({ rules: { plainHttp: true, allow: ["127.0.0.0/8"] } });
    const odd = [
      "2130706433",
      "0177.0.0.1",
      "0x7f.1",
      "127.1",
      "127.0.0.1.",
      "１２７.０.０.１",
      "loop.example",
      "[::ffff:7f00:1]",
    ];
    for (const host of odd)
      await expect(post(`http://${host}:${listener.port}/`), host).rejects.toMatchObject({ code: /./ });
    expect(listener.connections()).toBe(odd.length);
    expect(domainToASCII("１２７.０.０.１")).toBe("127.0.0.1");
  });

  it("does not even look a literal address up", async () => {
    const { post, dial } = guarded({ resolve: () => expect.fail("looked up") });
    await expect(post("https://127.0.0.1:8088/")).rejects.toMatchObject({ code: "SIEM_EGRESS_ADDRESS" });
    await expect(dial("::1", 6514)).rejects.toMatchObject({ code: "SIEM_EGRESS_ADDRESS" });
  });

  it("speaks https only, and on open ports only", async () => {
    const listener = await openListener("127.0.0.1");
    const { post, dial } = guarded({ rules: { allow: ["127.0.0.1"], ports: [443] } });
    await expect(post(`http://127.0.0.1:${listener.port}/`)).rejects.toMatchObject({ code: "SIEM_EGRESS_SCHEME" });
    await expect(post(`https://127.0.0.1:${listener.port}/`)).rejects.toMatchObject({ code: "SIEM_EGRESS_PORT" });
    await expect(dial("127.0.0.1", listener.port)).rejects.toMatchObject({ code: "SIEM_EGRESS_PORT" });
    expect(listener.connections()).toBe(0);
  });
});
