import { isDeeperThan } from "@arbitex/core/host";
import type { FastifyInstance } from "fastify";
import { Refusal } from "../http/problem.ts";

const MAX_BODY_BYTES = 64 * 1024;
const MAX_DEPTH = 32;

/** Adds a JSON parser to an encapsulated part of the server. An empty body is allowed. */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser(
    "application/json",
    { parseAs: "string", bodyLimit: MAX_BODY_BYTES },
    (request, text, done) => {
      if (text.length === 0) return done(null, undefined);
      return parse(request, String(text), (error, value) => {
        // The parser's message quotes the text, which may contain a secret.
        if (error) done(unreadable, undefined);
        else if (isDeeperThan(String(text), MAX_DEPTH)) done(tooDeep, undefined);
        else done(null, value);
      });
    },
  );
  app.addHook("preParsing", async (request) => {
    const encoding = request.headers["content-encoding"];
    if (encoding !== undefined && encoding !== "identity") throw packed;
  });
}

const unreadable = new Refusal({
  status: 400,
  code: "body_unreadable",
  title: "Malformed JSON",
  detail: "The body is not valid JSON in UTF-8, or holds a key such as __proto__.",
});

const tooDeep = new Refusal({
  status: 400,
  code: "body_unreadable",
  title: "Nested too deep",
  detail: `The body nests objects and lists deeper than ${MAX_DEPTH}.`,
});

const packed = new Refusal({
  status: 415,
  code: "unsupported_encoding",
  title: "Unsupported content encoding",
  detail: "Send the body without compression.",
});
