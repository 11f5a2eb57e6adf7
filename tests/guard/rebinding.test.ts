import type { Resolve } from "@arbitex/core/host";
import { describe, expect, it } from "vitest";
import { openListener, openWebListener } from "./counting-listener.ts";
import { guarded } from "./guarded.ts";
import { startRebindingDns } from "./rebinding-dns.ts";

// 127.0.0.2 stands for the public Internet, 127.0.0.1 for what must not be reached.
const GOOD = "127.0.0.2";
const BAD = "127.0.0.1";
const rules = { allow: [GOOD], plainHttp: true };
const refused = { code: "SIEM_EGRESS_ADDRESS" };

describe("a name that changes its address", () => {
  it("is judged at each connection by the very answer that is dialled", async () => {
    const dns = await startRebindingDns([GOOD, BAD]);
    const good = await openWebListener(GOOD, (_, response) => response.end("fine"));
    const bad = await openListener(BAD, good.port);
    const { post } = guarded({ rules, resolve: dns.resolve });
    const url = `http://rebind.example:${good.port}/`;
    for (let round = 0; round < 5; round++) {
      await expect(post(url)).resolves.toMatchObject({ status: 200, text: "fine" });
      await expect(post(url)).rejects.toMatchObject(refused);
    }
    expect([dns.queries(), good.connections(), bad.connections()]).toEqual([10, 5, 0]);
  });

  it("is judged so for raw TLS as well", async () => {
    const dns = await startRebindingDns([GOOD, BAD]);
    const good = await openListener(GOOD);
    const bad = await openListener(BAD, good.port);
    const { dial } = guarded({ rules, resolve: dns.resolve });
    await expect(dial("rebind.example", good.port)).rejects.toMatchObject({ code: "ECONNRESET" });
    await expect(dial("rebind.example", good.port)).rejects.toMatchObject(refused);
    expect([dns.queries(), good.connections(), bad.connections()]).toEqual([2, 1, 0]);
  });

  it("is refused when a check of it was good and the connection is not", async () => {
    const dns = await startRebindingDns([GOOD, BAD]);
    const bad = await openListener(BAD);
    const { egress, dial } = guarded({ rules, resolve: dns.resolve });
    await expect(egress.resolve("rebind.example")).resolves.toEqual([GOOD]);
    await expect(dial("rebind.example", bad.port)).rejects.toMatchObject(refused);
    expect(bad.connections()).toBe(0);
  });

  it("is refused when the connection ends up elsewhere than the lookup said, before anything is sent", async () => {
    const requests: unknown[] = [];
    const bad = await openWebListener(BAD, ({ url }) => requests.push(url));
    const { dial } = guarded({ rules, resolve: createShiftyLookup() });
    await expect(dial("shifty.example", bad.port)).rejects.toMatchObject(refused);
    const { post } = guarded({ rules, resolve: createShiftyLookup() });
    await expect(post(`http://shifty.example:${bad.port}/`)).rejects.toMatchObject(refused);
    expect([bad.connections(), requests]).toEqual([2, []]);
  });
});

/** Its answer is good while it is judged, and bad afterwards. */
function createShiftyLookup(): Resolve {
  return (_host, _options, callback) => {
    let looks = 0;
    const answer = {
      family: 4,
      get address() {
        return looks++ === 0 ? GOOD : BAD;
      },
    };
    callback(null, [answer]);
  };
}

describe("a redirect", () => {
  it.each([301, 302, 303, 307, 308])("with %i leads nowhere", async (status) => {
    const bad = await openListener(BAD);
    const good = await openWebListener(GOOD, (_, response) => {
      response.writeHead(status, { location: `http://${BAD}:${bad.port}/latest/meta-data/` }).end();
    });
    const { post } = guarded({ rules });
    await expect(post(`http://${GOOD}:${good.port}/`)).resolves.toMatchObject({ status });
    expect([good.connections(), bad.connections()]).toEqual([1, 0]);
  });

  it("to itself is not followed either", async () => {
    const good = await openWebListener(GOOD, ({ url }, response) =>
      response.writeHead(302, { location: `${url}x` }).end(),
    );
    await guarded({ rules }).post(`http://${GOOD}:${good.port}/`);
    expect(good.connections()).toBe(1);
  });
});
