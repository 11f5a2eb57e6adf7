import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ConsoleFile, ConsoleFiles } from "./console-files.ts";
import { sendProblem } from "./problem.ts";

export interface ConsoleRoutesOptions {
  /** Undefined where the console is not installed. */
  readonly files: ConsoleFiles | undefined;
  /** Origins whose pages may show the console in a frame. */
  readonly frameAncestors: readonly string[];
}

const YEAR_S = 31_536_000;
const hidden = { schema: { hide: true } };

/** Adds the routes of the console's pages. Their addresses hold no state: it stands behind `#`. */
export function addConsoleRoutes(app: FastifyInstance, { files, frameAncestors }: ConsoleRoutesOptions): void {
  const headers = headersFor(frameAncestors);

  app.get("/console", hidden, (_request, reply) => reply.code(308).header("location", "/console/").send());
  app.get<{ readonly Params: { readonly "*": string } }>("/console/*", hidden, (request, reply) => {
    const path = request.params["*"];
    const file = files?.get(path === "" ? "index.html" : path);
    if (file !== undefined) return sendFile(request, reply.headers(headers), file);
    const detail =
      files === undefined
        ? "The console is not installed. Install the package @arbitex/console beside @arbitex/server, and restart."
        : "There is no such file of the console. It begins at /console/.";
    return sendProblem(reply, { status: 404, code: "not_found", title: "Not found", detail });
  });
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: ConsoleFile): FastifyReply {
  const encoding = encodingFor(request.headers["accept-encoding"] ?? "", file);
  const etag = `"${file.etag}${encoding === undefined ? "" : `-${encoding}`}"`;
  reply.headers({
    etag,
    vary: "accept-encoding",
    "cache-control": file.isImmutable ? `public, max-age=${YEAR_S}, immutable` : "no-cache",
  });
  if (request.headers["if-none-match"] === etag) return reply.code(304).send();
  if (encoding !== undefined) reply.header("content-encoding", encoding);
  return reply.type(file.type).send((encoding === undefined ? undefined : file.encoded[encoding]) ?? file.plain);
}

/** The smaller form that the browser takes. */
function encodingFor(accepted: string, { encoded }: ConsoleFile): "br" | "gzip" | undefined {
  const names = accepted
    .split(",")
    .filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part))
    .map((part) => part.split(";", 1)[0]?.trim());
  return (["br", "gzip"] as const).find((name) => names.includes(name) && encoded[name] !== undefined);
}

/** The page runs its own scripts and styles, talks to this server alone, and is framed only where that is configured. */
function headersFor(frameAncestors: readonly string[]): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.join(" ")}`,
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
  };
}
