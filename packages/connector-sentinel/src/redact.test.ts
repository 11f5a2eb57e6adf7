import { expect, it } from "vitest";
import { redacted } from "./redact.ts";

it.each(["s3cret", "a+b c/d=", "%41", "ü"])(
  "takes a secret out of a page in every form in which it was sent: %j",
  (secret) => {
    const sent = new URLSearchParams({ client_secret: secret }).toString();
    const text = `${secret}|${encodeURIComponent(secret)}|${sent}`;
    const { text: shown, status } = redacted({ status: 400, headers: {}, text }, [secret]);
    expect([status, shown]).toEqual([400, "[secret]|[secret]|client_secret=[secret]"]);
  },
);

it("leaves other replies as they are", () => {
  const reply = { status: 400, headers: {}, text: "client_secret is wrong" };
  expect(redacted(reply, ["s3cret", ""])).toBe(reply);
});
