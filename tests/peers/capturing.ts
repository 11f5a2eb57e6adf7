import type { AnyConnector, Connector } from "@arbitex/core";
import { encodedText } from "@arbitex/core";

/** A connector that accepts everything, and keeps each event as the given one encodes it. */
export function capturing<Config>(connector: Connector<Config>, encoded: string[]): AnyConnector {
  return {
    ...connector,
    async open(config: Config, context) {
      const sink = await connector.open(config, context);
      return {
        encode(record) {
          const event = sink.encode(record);
          encoded.push(encodedText(event));
          return event;
        },
        send: async () => ({ kind: "accepted" }),
        close: async () => sink.close?.(),
      };
    },
  };
}
