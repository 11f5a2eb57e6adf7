import type { HttpReply } from "@arbitex/core";

/** The reply without the token that was sent: a page that shows the request must not put it into a log. */
export function withoutToken(reply: HttpReply, token: string): HttpReply {
  if (!reply.text.includes(token)) return reply;
  return { ...reply, text: reply.text.replaceAll(token, "[secret]") };
}
