import type { HttpReply } from "@arbitex/core";

/** Removes the sent token from a reply: a page that shows the request must not put it into a log. */
export function withoutToken(reply: HttpReply, token: string): HttpReply {
  if (!reply.text.includes(token)) return reply;
  return { ...reply, text: reply.text.replaceAll(token, "[secret]") };
}
