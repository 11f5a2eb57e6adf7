import type { Mutation } from "./mutations.ts";
import {
  adding,
  all,
  classifying,
  declaring,
  importing,
  inModule,
  inSimulator,
  manifesting,
  replacing,
  setting,
  sinking,
  without,
} from "./mutations.ts";

/** A package with one mistake, and the check that must see it. */
export interface Mutant {
  readonly mistake: string;
  readonly mutation: Mutation;
  /** What the version before is of the sample; the sample itself where it is not given. */
  readonly before?: Mutation;
}

const m = (mistake: string, mutation: Mutation, before?: Mutation): Mutant => ({
  mistake,
  mutation,
  ...(before && { before }),
});

const mode = (choices: string, standard: string) =>
  setting(`mode: z.enum([${choices}]).default("${standard}").meta({ description: "How." })`);

/** An end for what was not refused. */
const hasty = sinking(`async send(batch, signal) {
  const result = await sink.send(batch, signal);
  return result.kind === "retry" ? { kind: "rejected", reason: "gone" } : result;
}`);
const growing = all(importing("var calls = 0;"), sinking(`encode: (record) => record.json + " ".repeat(calls++ % 7)`));
const report = (status: string, detail = "seen") =>
  `{ steps: [{ name: "connect", status: "${status}", detail: "${detail}" }] }`;
const refetching = `{
  async send({ url, headers, body }, signal) {
    const reply = await fetch(url, { method: "POST", headers, body, signal });
    return { status: reply.status, headers: {}, text: await reply.text() };
  },
}`;

export const mutants: Readonly<Record<string, Mutant>> = {
  "package-name": m("a name with a space", manifesting("name", "Acme connector")),
  "package-version": m("half a version", manifesting("version", "1")),
  "package-description": m("no description", manifesting("description", "")),
  "package-engines": m("any Node", manifesting("engines")),
  "licence-field": m("no licence named", manifesting("license")),
  "licence-file": m("no licence brought", without("LICENSE")),
  readme: m("a README of a word", adding("README.md", "Acme")),
  "readme-install": m("no way to install it", replacing("README.md", "npm install", "get")),
  "readme-type": m("no type to write", replacing("README.md", "acme_log", "acme")),
  "readme-settings": m("a setting that is not explained", replacing("README.md", "`token`", "token")),
  "entry-there": m("an entry that is gone", manifesting("arbitexConnector.entry", "./dist/gone.js")),
  "exports-manifest": m("a hidden manifest", manifesting("exports", { ".": "./dist/index.js" })),
  "exports-module": m(
    "another module under its name",
    replacing("package.json", '"default": "./dist/index.js"', '"default": "./dist/x.js"'),
  ),
  types: m("no declarations", without("dist/index.d.ts")),
  "install-scripts": m("a script at install", manifesting("scripts", { postinstall: "node x.js" })),
  "files-private": m("a file of secrets", adding(".env", "TOKEN=x")),
  "files-tests": m("its tests", adding("dist/index.test.js", "")),
  "own-core": m("a zod of its own", adding("node_modules/zod/package.json", "{}")),

  import: m("an import that throws", importing('throw new Error("not today");')),
  "import-quiet": m("a greeting", importing('console.log("Acme!");')),
  "import-globals": m("a global", importing("globalThis.acme = {};")),
  "import-listeners": m("a listener to signals", importing('process.on("SIGUSR2", () => {});')),
  "import-variables": m("a variable", importing('process.env["ACME_MODE"] = "x";')),
  "import-ends": m("a timer at import", importing("setTimeout(() => {}, 60_000);")),
  "default-export": m("an export of nothing", adding("dist/index.js", "export default {};")),
  simulator: m("no simulator", manifesting("arbitexConnector.simulator")),
  "close-ends": m("a timer that close forgets", sinking("", "setInterval(() => {}, 1000)")),

  "before-type": m("another type", declaring('type: "acme_cloud"')),
  "before-prefix": m("other variables", declaring('envPrefix: "ACME_CLOUD"')),
  "before-settings": m("a setting that is gone", (same) => same, mode('"fast"', "fast")),
  "before-required": m("a setting more", setting('region: z.string().meta({ description: "Where." })')),
  "before-values": m("a choice less", mode('"fast"', "fast"), mode('"fast", "slow"', "fast")),
  "before-defaults": m("another default", mode('"fast", "slow"', "slow"), mode('"fast", "slow"', "fast")),
  "before-secrets": m(
    "a secret made plain",
    inModule('secret({ description: "Token." })', 'z.string().meta({ description: "Token." })'),
  ),

  "manifest-module": m("no type of module", manifesting("type")),
  "manifest-keyword": m("no keyword", manifesting("keywords", [])),
  "manifest-connector": m("no word of a connector", manifesting("arbitexConnector")),
  "manifest-api-version": m("a contract to come", manifesting("arbitexConnector.apiVersion", 2)),
  "manifest-type": m("a manifest of another type", manifesting("arbitexConnector.type", "acme")),
  "manifest-prefix": m("a manifest of other variables", manifesting("arbitexConnector.envPrefix", "ACME_LOG")),
  "manifest-entry": m("an entry that is no path", manifesting("arbitexConnector.entry", "dist/index.js")),
  "peer-core": m("core as a dependency", manifesting("dependencies", { "@arbitex/core": "^1.0.0" })),
  "peer-zod": m("no word of zod", manifesting("peerDependencies", { "@arbitex/core": "^1.0.0" })),
  "peer-ranges": m("one zod alone", manifesting("peerDependencies.zod", "4.6.7")),

  "type-name": m("a type with a space", declaring('type: "Acme Log"')),
  "display-name": m("no name", declaring('displayName: ""')),
  guarantee: m("a promise that there is not", declaring('guarantee: "certain"')),
  "limits-whole": m("half an event", declaring("limits: { maxBatchBytes: 1_000_000, maxBatchEvents: 0.5 }")),
  "limits-least": m("bodies of 100 bytes", declaring("limits: { maxBatchBytes: 100 }")),
  "content-type": m("a line break in a header", declaring('framing: { ...ndjson, contentType: "text/plain\\r\\n" }')),
  "framing-ascii": m("glue that is not ASCII", declaring('framing: { ...ndjson, separator: "…" }')),
  reasons: m("a reason of a word", inSimulator("Acme Log answers for a batch as a whole.", "no")),

  "settings-some": m("any settings", declaring("configSchema: z.any()")),
  "settings-accepted": m("no plain HTTP", inModule("z.url()", "z.url({ protocol: /^https$/ })")),
  "settings-strict": m("any key", inModule("z.strictObject", "z.object")),
  "settings-missing": m(
    "an error that names nothing",
    declaring(`configSchema: Object.create(good.configSchema, {
      safeParse: { value: () => ({ success: false, error: { issues: [{ path: [], message: "bad" }] } }) },
    })`),
  ),
  "settings-keys": m("a key in camel case", inModule("url: z.url()", "baseUrl: z.url()")),
  "settings-described": m("a setting without a word", inModule('.meta({ description: "Where to." })', "")),
  "settings-secret": m(
    "a plain token",
    inModule('secret({ description: "Token." })', 'z.string().meta({ description: "Token." })'),
  ),
  "settings-files": m(
    "a file for strangers",
    setting('ca: z.string().optional().meta({ description: "PEM text, or a file\'s path." })'),
  ),
  "settings-forms": m("a date", setting('since: z.date().optional().meta({ description: "Since." })')),
  "settings-delivery": m(
    "a batch size of its own",
    setting('batch_size: z.int().optional().meta({ description: "Size." })'),
  ),
  "env-prefix": m("a prefix in small letters", declaring('envPrefix: "acme"')),
  "env-required": m(
    "a table that is required",
    setting('labels: z.record(z.string(), z.string()).meta({ description: "Labels." })'),
  ),
  "env-accepted": m(
    "a table that no variable can fill",
    all(
      setting('labels: z.record(z.string(), z.string()).optional().meta({ description: "Labels." })'),
      inSimulator('token: "5f3a9c1e7b24" }', 'token: "5f3a9c1e7b24", labels: { team: "soc" } }'),
    ),
  ),
  "secrets-printed": m(
    "a secret that is text",
    inModule('secret({ description: "Token." })', 'z.string().meta({ description: "Token.", secret: true })'),
  ),
  "secrets-leaked": m(
    "a token in the log",
    inModule(
      "http: httpClient({ context }),",
      'http: (context.logger.info({ token: token.reveal() }, "open"), httpClient({ context })),',
    ),
  ),

  "encode-ordinary": m("no bytes", sinking('encode: () => ""')),
  "encode-repeats": m("chance", sinking("encode: (record) => `${record.json}${Math.random()}`")),
  "encode-changes": m(
    "a mark on the event",
    sinking("encode: (record) => { record.event()['seen'] = true; return record.json; }"),
  ),
  "encode-hostile": m("no quoting", sinking('encode: ({ id }) => `{"metadata":{"uid":"${id}"}}`')),
  "limits-tight": m("bytes that grow", growing),
  "limits-compressed": m("bytes that grow", growing),
  "limits-own": m("a SIEM that takes less", inSimulator("maxBodyBytes: 1_000_000", "maxBodyBytes: 300_000")),

  "send-abort": m("an attempt that nothing ends", sinking("send: () => new Promise(() => {})")),
  "send-body": m(
    "a pen in the body",
    sinking("send: (batch, signal) => { batch.body[0] = 32; return sink.send(batch, signal); }"),
  ),
  "send-together": m(
    "one at a time",
    all(
      importing("var isBusy = false;"),
      sinking(`async send(batch, signal) {
        if (isBusy) return { kind: "retry", reason: "busy" };
        isBusy = true;
        return sink.send(batch, signal).finally(() => { isBusy = false; });
      }`),
    ),
  ),
  "send-once": m(
    "retries of its own",
    sinking(`async send(batch, signal) {
      const result = await sink.send(batch, signal);
      return result.kind === "retry" ? sink.send(batch, signal) : result;
    }`),
  ),
  "send-at-once": m(
    "patience of its own",
    sinking(`async send(batch, signal) {
      const result = await sink.send(batch, signal);
      if (result.afterMs) await new Promise((resolve) => setTimeout(resolve, Math.min(result.afterMs, 60_000)));
      return result;
    }`),
  ),
  "send-redirect": m("fetch", inModule("http: httpClient({ context })", `http: ${refetching}`)),
  "verdict-error": m("an end at 500", classifying("reply.status >= 500", '{ kind: "rejected", reason: "error" }')),
  "verdict-page": m("trust in a page", classifying("reply.status === 400", '{ kind: "rejected", reason: "bad" }')),
  "verdict-address": m(
    "an end at 404",
    classifying("reply.status === 404", '{ kind: "rejected", reason: "gone", confirmed: false }'),
  ),
  "verdict-reason": m("a page as a reason", classifying("verdict.reason", "{ ...verdict, reason: reply.text }")),

  "fault-accepted": m(
    "every batch twice",
    sinking("send: async (batch, signal) => { await sink.send(batch, signal); return sink.send(batch, signal); }"),
  ),
  "fault-partial": m(
    "a reply that it does not read",
    inSimulator(', lacks: { partial: "Acme Log answers for a batch as a whole." }', ""),
  ),
  "fault-429": m(
    "no ear for Retry-After",
    classifying('verdict.kind === "retry"', '{ kind: "retry", reason: "busy" }'),
  ),
  "fault-503": m("an end in busy times", classifying("reply.status === 503", '{ kind: "rejected", reason: "busy" }')),
  "fault-reset-before": m("an end at a reset", hasty),
  "fault-reset-after": m("an end at a lost answer", hasty),
  "fault-half-closed": m("an end at a closed connection", hasty),
  "fault-truncated": m("an end at half an answer", hasty),
  "fault-early": m("an end at an early answer", hasty),
  "fault-413": m(
    "the same size again",
    classifying('verdict.kind === "too-large"', '{ kind: "retry", reason: "413" }'),
  ),
  "fault-401": m(
    "an end at a wrong credential",
    classifying('verdict.kind === "suspend"', '{ kind: "rejected", reason: "401" }'),
  ),
  "fault-poisoned": m(
    "a search that never ends",
    classifying('verdict.kind === "rejected"', '{ kind: "retry", reason: "400" }'),
  ),
  "fault-slow": m("no patience", inModule("httpClient({ context })", "httpClient({ context, timeoutMs: 20 })")),
  "fault-html": m("trust in any answer", classifying("true", '{ kind: "accepted" }')),

  "check-healthy": m("a check that finds fault", sinking(`check: async () => (${report("failed")})`)),
  "check-stores": m(
    "a check that writes",
    sinking(`async check(signal) {
      const body = Buffer.from('{"metadata":{"uid":"probe"}}');
      await sink.send({ records: [], body, contentType: "application/x-ndjson", attempt: 1 }, signal);
      return ${report("passed")};
    }`),
  ),
  "check-credential": m("a check that always passes", sinking(`check: async () => (${report("passed")})`)),
  "check-closed": m("a check without a fix", sinking(`check: async () => (${report("failed")})`)),
  "check-abort": m("a check that nothing ends", sinking("check: () => new Promise(() => {})")),
  "open-down": m("a request while it opens", sinking("", "await fetch(config.url)")),
  "close-connections": m(
    "a connection that it forgets",
    all(
      importing('import { connect } from "node:net";'),
      sinking("", 'connect(Number(new URL(config.url).port), "127.0.0.1").on("error", () => {})'),
    ),
  ),
  "close-neighbour": m(
    "a state that all share",
    all(
      importing("var isClosed = false;"),
      sinking(`close: async () => { isClosed = true; },
        send: async (batch, signal) => isClosed ? { kind: "suspend", reason: "closed" } : sink.send(batch, signal)`),
    ),
  ),
};
