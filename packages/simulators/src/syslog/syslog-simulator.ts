import { createEventStore } from "../simulator/event-store.ts";
import type { SimulatorOptions } from "../simulator/simulator.ts";
import type { LineFraming } from "../simulator/splitter.ts";
import type { LineMessage, TlsLineSimulator } from "../simulator/tls-line-simulator.ts";
import { startTlsLineSimulator } from "../simulator/tls-line-simulator.ts";
import { messageId } from "./message-id.ts";

/** Options of `startSyslogSimulator`. */
export interface SyslogSimulatorOptions extends SimulatorOptions {
  /** The connector that delivers to it: `qradar` where it is not given. */
  readonly type?: "qradar" | "syslog";
  /** What that connector writes by default where it is not given. */
  readonly framing?: LineFraming;
  /** Without TLS. */
  readonly plain?: boolean;
  /** A message that is longer ends the connection, and what follows it is lost with it. No limit where it is not given. */
  readonly maxMessageBytes?: number;
}

/** A running simulator of a syslog receiver. */
export type SyslogSimulator = TlsLineSimulator<LineMessage>;

/** QRadar's TLS Syslog log source, or any receiver of syslog on a stream: it keeps messages and answers nothing. */
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
    // Syslog knows no repeats: what comes again is kept again.
    take: (message) => store.addAgain(keep === "count" ? undefined : messageId(message.text), () => message),
  });
}

/** What the connectors write by default. */
const usualFraming = { qradar: "lf", syslog: "octet_counting" } as const;
