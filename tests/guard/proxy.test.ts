import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { openListener } from "./counting-listener.ts";
import { forbiddenHosts } from "./forbidden-hosts.ts";
import { guarded } from "./guarded.ts";

const refused = { code: "SIEM_EGRESS_ADDRESS" };

describe("a guarded destination behind a proxy", () => {
  it("asks the proxy for nothing that is forbidden", async () => {
    const proxy = await startProxy();
    const { post } = guarded({ environment: proxy.environment, rules: { plainHttp: true } });
    for (const host of Object.values(forbiddenHosts).flat())
      for (const scheme of ["http", "https"])
        await expect(post(`${scheme}://${host}:8088/`), host).rejects.toMatchObject(refused);
    expect(proxy.asked).toEqual([]);
  });

  it("asks it for public addresses and names, and for names that only the proxy knows", async () => {
    const proxy = await startProxy();
    const { post } = guarded({ environment: proxy.environment });
    const hosts = ["8.8.8.8", "siem.example", "only-outside.example", "[2606:4700::1111]"];
    for (const host of hosts) await expect(post(`https://${host}:8088/`)).rejects.not.toMatchObject(refused);
    expect(proxy.asked).toEqual(hosts.map((host) => `${host}:8088`));
  });

  it("does not leave the names of an internal network to it", async () => {
    const proxy = await startProxy();
    const rules = { allow: ["splunk.corp"] };
    const { post } = guarded({ environment: proxy.environment, rules });
    for (const host of [
      "metadata.google.internal",
      "metadata.google.internal.",
      "db",
      "x.default.svc",
      "nas.home.arpa",
      "printer.LOCAL",
    ])
      await expect(post(`https://${host}/`), host).rejects.toMatchObject(refused);
    expect(proxy.asked).toEqual([]);
    await expect(post("https://splunk.corp:8088/")).rejects.not.toMatchObject(refused);
    expect(proxy.asked).toEqual(["splunk.corp:8088"]);
  });

  it("is judged by scheme and port before the proxy is asked", async () => {
    const proxy = await startProxy();
    const { post } = guarded({ environment: proxy.environment });
    await expect(post("http://8.8.8.8:8088/")).rejects.toMatchObject({ code: "SIEM_EGRESS_SCHEME" });
    await expect(post("https://8.8.8.8:25/")).rejects.toMatchObject({ code: "SIEM_EGRESS_PORT" });
    expect(proxy.asked).toEqual([]);
  });

  it("is judged at the connection where the proxy is left out", async () => {
    const proxy = await startProxy();
    const listener = await openListener("127.0.0.1");
    let lookups = 0;
    const { post } = guarded({
      environment: { ...proxy.environment, NO_PROXY: "flip.example" },
      resolve: (_host, _options, callback) =>
        callback(null, [{ address: lookups++ === 0 ? "8.8.8.8" : "127.0.0.1", family: 4 }]),
    });
    await expect(post(`https://flip.example:${listener.port}/`)).rejects.toMatchObject(refused);
    expect([lookups, listener.connections(), proxy.asked.length]).toEqual([2, 0, 0]);
  });
});

/** A proxy on loopback, as an operator may have one: it notes what it is asked for and opens nothing. */
async function startProxy() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(502).end();
  });
  server.on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, environment: { HTTP_PROXY: url, HTTPS_PROXY: url } };
}
