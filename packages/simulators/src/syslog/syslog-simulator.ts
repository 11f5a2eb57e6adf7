import { createEventStore } from "../simulator/event-store.ts";
import type { SimulatorOptions } from "../simulator/simulator.ts";
import type { LineFraming } from "../simulator/splitter.ts";
import type { LineMessage, TlsLineSimulator } from "../simulator/tls-line-simulator.ts";
import { startTlsLineSimulator } from "../simulator/tls-line-simulator.ts";
import { messageId } from "./message-id.ts";

export interface SyslogSimulatorOptions extends SimulatorOptions {
  /** `lf` where it is not given. */
  readonly framing?: LineFraming;
  /** A message that is longer ends the connection, and what follows it is lost with it. No limit where it is not given. */
  readonly maxMessageBytes?: number;
}

export type SyslogSimulator = TlsLineSimulator<LineMessage>;

/** QRadar's TLS Syslog log source, or any receiver of syslog over TLS: it keeps messages and answers nothing. */
export async function startSyslogSimulator(options: SyslogSimulatorOptions = {}): Promise<SyslogSimulator> {
  const { keep = "all", framing = "lf", maxMessageBytes } = options;
  const store = createEventStore<LineMessage>(keep);
  return startTlsLineSimulator(options, {
    type: "qradar",
    store,
    framing,
    ...(maxMessageBytes !== undefined && { maxMessageBytes }),
    config: ({ host, port, tls }) => ({ host, port, ...(framing !== "lf" && { framing }), ...tls }),
    // Syslog knows no repeats: what comes again is kept again.
    take: (message) => store.addAgain(keep === "count" ? undefined : messageId(message.text), () => message),
  });
}
