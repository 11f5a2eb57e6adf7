import { connect } from "node:net";
import { splunkHec } from "@arbitex/connector-splunk";
import type { AnyConnector, CheckReport, ConnectorContext, EventRecord, SendResult, Sink } from "@arbitex/core";
import { encodedText, secret } from "@arbitex/core";
import { startHecSimulator } from "@arbitex/simulators";
import type { ConformanceSubject } from "@arbitex/testkit/conformance";
import { z } from "zod";

/** What a mutant changes of a connector that passes. */
export type Change = Partial<ConformanceSubject>;

type SplunkConfig = z.output<typeof splunkHec.configSchema>;
type Opened = (sink: Sink, config: SplunkConfig, context: ConnectorContext) => Partial<Sink>;

export function declaring(change: Partial<AnyConnector>): Change {
  return { connector: { ...splunkHec, ...change } };
}

/** The sink with some of its members replaced. */
export function opening(change: Opened): Change {
  return declaring({
    async open(config: SplunkConfig, context: ConnectorContext) {
      const sink = await splunkHec.open(config, context);
      return { ...sink, ...change(sink, config, context) };
    },
  });
}

/** Every verdict replaced by what this makes of it. */
export function judging(change: (result: SendResult) => SendResult): Change {
  return opening((sink) => ({ send: async (batch, signal) => change(await sink.send(batch, signal)) }));
}

/** The verdicts of one kind replaced. */
export function confusing(kind: SendResult["kind"], instead: SendResult): Change {
  return judging((result) => (result.kind === kind ? instead : result));
}

export function encoding(change: (encoded: string, record: EventRecord) => string): Change {
  return opening((sink) => ({ encode: (record) => change(encodedText(sink.encode(record)), record) }));
}

export function checking(status: "passed" | "failed", detail = "seen"): Change {
  const report: CheckReport = { steps: [{ name: "connect", status, detail }] };
  return opening(() => ({ check: async () => report }));
}

/** Settings that are read without care, and keep the token as text. */
export function carelessSettings(make: typeof z.object | typeof z.looseObject): Change {
  const configSchema = make({
    url: z.string().meta({ description: "Address of HEC." }),
    token: z.string().meta({ description: "HEC token.", secret: true }),
  });
  return declaring({
    configSchema,
    open: ({ token, ...rest }: z.output<typeof configSchema>, context: ConnectorContext) =>
      splunkHec.open(splunkHec.configSchema.parse({ ...rest, token }), context),
  });
}

/** A file of the server, offered to whoever fills the settings. */
export const offeringFile = declaring({
  configSchema: z.strictObject({
    url: z.string().meta({ description: "Address of HEC." }),
    token: secret({ description: "HEC token." }),
    ca: z.string().optional().meta({ description: "CA certificates: PEM text, or a file's path." }),
  }),
});

/** A SIEM that takes less than the connector declares. */
export const narrowSiem: Change = { simulator: { start: () => startHecSimulator({ maxBodyBytes: 300_000 }) } };

export const tokenInLog = opening((_, { token }, { logger }) => {
  logger.info({ authorization: `Splunk ${token.reveal()}` }, "opened");
  return {};
});

export const tokenInCheck = opening((_, { token }) => {
  const report: CheckReport = { steps: [{ name: "credential", status: "passed", detail: token.reveal() }] };
  return { check: async () => report };
});

export const sendingTwice = opening((sink) => ({
  async send(batch, signal) {
    await sink.send(batch, signal);
    return await sink.send(batch, signal);
  },
}));

export const forgettingConnection = opening((_, { url }) => {
  connect(Number(new URL(url).port), "127.0.0.1").on("error", () => undefined);
  return {};
});

export function forever(): Promise<never> {
  return new Promise(() => undefined);
}
