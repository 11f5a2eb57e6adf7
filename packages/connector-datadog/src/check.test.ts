import type { HttpReply, HttpRequest } from "@arbitex/core";
import { checkPassed } from "@arbitex/core";
import { expect, it } from "vitest";
import { checkDatadog } from "./check.ts";
import { datadogEndpoints } from "./endpoints.ts";

const intake = replyOf(202, {});

it.each<[string, HttpReply | Error, "passed" | "failed" | "skipped"]>([
  ["a good key", replyOf(200, { valid: true }), "passed"],
  ["a key that is not valid", replyOf(200, { valid: false }), "failed"],
  ["a refused key", replyOf(403, { errors: ["Forbidden"] }), "failed"],
  ["a key that was lost on the way", replyOf(401, { errors: ["Unauthorized"] }), "failed"],
  ["a busy API", replyOf(429, ""), "failed"],
  ["an API that is down", replyOf(503, "<html>sorry</html>"), "failed"],
  ["a proxy's page", replyOf(200, "<html>Sign in</html>"), "skipped"],
  ["a proxy that has no such address", replyOf(404, ""), "skipped"],
  ["a firewall before the API's host", Object.assign(new Error("no"), { code: "ENOTFOUND" }), "skipped"],
])("judges %s", async (_, validate, status) => {
  const { steps } = await checkWith({ intake, validate });
  expect(steps[1]).toMatchObject({ name: "credential", status });
  if (status !== "passed" && steps[1]?.fix === undefined) expect(steps[1]?.detail).toContain("api.datadoghq.eu");
  expect(checkPassed({ steps })).toBe(status !== "failed");
});

it.each<[string, HttpReply, "passed" | "failed", RegExp]>([
  ["takes a batch without a log", replyOf(202, {}), "passed", /takes requests/],
  ["says that there is nothing in it", replyOf(400, { errors: [{ title: "Bad Request" }] }), "passed", /Bad Request/],
  ["refuses the key", replyOf(403, { errors: ["Forbidden"] }), "failed", /403/],
  ["is no intake", replyOf(404, "not here"), "failed", /404/],
  ["is a proxy that refuses everything", replyOf(400, "<html>400 The SSL certificate error</html>"), "failed", /400/],
  ["is a portal", replyOf(200, "<html>Sign in</html>"), "failed", /Sign in/],
  ["leads elsewhere", replyOf(308, ""), "failed", /308/],
  ["takes nothing now", replyOf(503, ""), "failed", /503/],
])("tries the intake as a batch does, which %s", async (_, answer, status, detail) => {
  const { steps } = await checkWith({ intake: answer, validate: replyOf(200, { valid: true }) });
  expect(steps[0]).toMatchObject({ name: "intake", status, detail: expect.stringMatching(detail) });
  if (status === "failed") expect(steps).toEqual([expect.objectContaining({ fix: expect.any(String) })]);
});

it("names the fix for a failed TLS handshake, and asks no further", async () => {
  const untrusted = Object.assign(new Error("self-signed"), { code: "SELF_SIGNED_CERT_IN_CHAIN" });
  const { steps, asked } = await checkWith({ intake: untrusted, validate: intake });
  expect(steps).toMatchObject([{ name: "intake", status: "failed", fix: expect.stringMatching(/tls_ca/) }]);
  expect(asked).toEqual(["https://http-intake.logs.datadoghq.eu/api/v2/logs"]);
});

function replyOf(status: number, body: object | string): HttpReply {
  return { status, headers: {}, text: typeof body === "string" ? body : JSON.stringify(body) };
}

async function checkWith(answers: Readonly<Record<"intake" | "validate", HttpReply | Error>>) {
  const endpoints = datadogEndpoints("datadoghq.eu", undefined);
  const asked: string[] = [];
  const http = {
    async send({ url }: HttpRequest) {
      asked.push(String(url));
      const answer = String(url) === endpoints.intake.href ? answers.intake : answers.validate;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const { steps } = await checkDatadog({ http, endpoints, headers: {}, now: () => 0 }, new AbortController().signal);
  return { steps, asked };
}
