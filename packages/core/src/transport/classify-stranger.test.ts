import { describe, expect, it } from "vitest";
import type { HttpReply } from "../connector/http-reply.ts";
import { classifyStranger } from "./classify-stranger.ts";

const FIX = "It is not the SIEM that answers.";

function verdictOn(status: number, text = "", headers: HttpReply["headers"] = {}) {
  return classifyStranger({ status, headers, text }, 0, FIX);
}

const nginx = (text: string) =>
  `<html>\r\n<head><title>400 ${text}</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n` +
  `<center>${text}</center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n`;

describe("an answer that the SIEM did not write", () => {
  it("is never success, nor surely the end of an event, whatever its status", () => {
    for (let status = 100; status < 600; status++) {
      const verdict = verdictOn(status);
      expect(verdict.kind).not.toMatch(/accepted|partial/);
      if (verdict.kind === "rejected") expect(verdict.confirmed).toBe(false);
    }
  });

  it.each([400, 402, 406, 409, 410, 422, 431, 451])("leaves it open what a bare refusal is about (%d)", (status) => {
    expect(verdictOn(status, "no")).toEqual({ kind: "rejected", reason: `HTTP ${status}: no`, confirmed: false });
  });

  it.each([400, 401, 403, 404, 405, 422])("holds the events where a page refuses them (%d)", (status) => {
    const text = "<html>no</html>";
    expect(verdictOn(status, text)).toEqual({ kind: "suspend", reason: `HTTP ${status}: ${text}`, fix: FIX });
  });

  it.each([401, 403, 404, 405])("holds the events where a credential or an address is refused (%d)", (status) => {
    expect(verdictOn(status)).toEqual({ kind: "suspend", reason: `HTTP ${status}`, fix: FIX });
  });

  it.each<[string, RegExp]>([
    [nginx("No required SSL certificate was sent"), /set tls_cert/],
    [nginx("The SSL certificate error"), /has expired/],
    [nginx("The plain HTTP request was sent to HTTPS port"), /https:\/\//],
    ["Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />", /https:\/\//],
  ])("names what the web server's words mean: %j", (text, fix) => {
    expect(verdictOn(400, text)).toMatchObject({ kind: "suspend", fix: expect.stringMatching(fix) });
  });

  it.each([301, 302, 307, 308])("names scheme and host of a redirect's target, and no more of it (%d)", (status) => {
    const location = "https://new.example.com:8443/receiver/SECRET?token=SECRET";
    expect(verdictOn(status, "<html>moved</html>", { location })).toMatchObject({
      kind: "suspend",
      fix: expect.stringMatching(/leads to https:\/\/new\.example\.com:8443:(?!.*SECRET)/),
    });
  });

  it.each([{}, { location: "/login" }, { location: ["/a", "/b"] }])("says so without a target too: %j", (headers) => {
    expect(verdictOn(302, "", headers)).toMatchObject({ kind: "suspend", fix: expect.stringMatching(/Redirects/) });
  });
});
