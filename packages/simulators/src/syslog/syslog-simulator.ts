import { createEventStore } from "../simulator/event-store.ts";
import type { SimulatorOptions } from "../simulator/simulator.ts";
import type { LineFraming } from "../simulator/splitter.ts";
import type { LineMessage, TlsLineSimulator } from "../simulator/tls-line-simulator.ts";
import { startTlsLineSimulator } from "../simulator/tls-line-simulator.ts";
import { messageId } from "./message-id.ts";

/** Options of `startSyslogSimulator`. */
export interface SyslogSimulatorOptions extends SimulatorOptions {
  /** The connector that delivers to it. Default `qradar`. */
  readonly type?: "qradar" | "syslog";
  /** Default: the default of that connector. */
  readonly framing?: LineFraming;
  /** Without TLS. */
  readonly plain?: boolean;
  /** A longer message ends the connection, and what follows it is lost. Default no limit. */
  readonly maxMessageBytes?: number;
}

/** A running simulator of a syslog receiver. */
export type SyslogSimulator = TlsLineSimulator<LineMessage>;

/**
 * Simulates QRadar's TLS Syslog log source, or any stream receiver of syslog: it stores messages and answers nothing.
 */
export async function startSyslogSimulator(options: SyslogSimulatorOptions = {}): Promise<SyslogSimulator> {
  const { keep = "all", type = "qradar", framing = usualFraming[type], plain = false, maxMessageBytes } = options;
  const store = createEventStore<LineMessage>(keep);
  return startTlsLineSimulator(options, {
    type,
    store,
    framing,
    plain,
    ...(maxMessageBytes !== undefined && { maxMessageBytes }),
    config: ({ host, port, tls }) => ({
      host,
      port,
      ...(framing !== usualFraming[type] && { framing }),
      ...(plain && { transport: "tcp" }),
      ...tls,
    }),
    // Syslog does not recognise repeated messages, so they are stored again.
    take: (message) => store.addAgain(keep === "count" ? undefined : messageId(message.text), () => message),
  });
}

/** Defaults of the connectors. */
const usualFraming = { qradar: "lf", syslog: "octet_counting" } as const;
