import type { HttpReply } from "@arbitex/core";

/** Removes sent secrets from a reply: a page that shows the request must not put them into a log. */
export function redacted(reply: HttpReply, secrets: readonly string[]): HttpReply {
  const shown = secrets
    .flatMap((secret) => [secret, encodeURIComponent(secret), new URLSearchParams({ "": secret }).toString().slice(1)])
    .filter((form) => form !== "" && reply.text.includes(form));
  if (shown.length === 0) return reply;
  return { ...reply, text: shown.reduce((text, form) => text.replaceAll(form, "[secret]"), reply.text) };
}
