import type { SimulatorOptions, TlsLineSimulator } from "@arbitex/simulators";
import { createEventStore, eventIdOf, startTlsLineSimulator, unansweredFaults } from "@arbitex/simulators";

/** Acme Log as its clients see it, on loopback and with faults on demand. */
export function startAcmeLogSimulator(options: SimulatorOptions = {}): Promise<TlsLineSimulator<string>> {
  const store = createEventStore<string>(options.keep ?? "all");
  return startTlsLineSimulator(options, {
    type: "acme_log",
    store,
    config: ({ host, port, tls }) => ({ host, port, ...tls }),
    take: ({ text }) => store.addAgain(eventIdOf(text), () => text),
  });
}

export default { start: startAcmeLogSimulator, sharesConnection: true, lacks: unansweredFaults };
