import type { AnyConnector, ConnectorContext, Framing, Guarantee, Limits, Sink } from "@arbitex/core";
import type { ScenarioSubject, Settings, SimulatedSiem } from "./subject.ts";

/** A connector with parsed settings, as a host uses it. */
export interface Configured {
  readonly config: unknown;
  readonly limits: Limits;
  readonly framing: Framing;
  readonly guarantee: Guarantee;
  open(context: ConnectorContext): Promise<Sink>;
}

/** Parses the settings. Throws the schema's problems. */
export function configured(connector: AnyConnector, settings: Settings): Configured {
  const config = asOwn(connector.configSchema.parse(settings));
  const { limits, framing, guarantee } = connector;
  return {
    config,
    limits: typeof limits === "function" ? limits(config) : limits,
    framing: typeof framing === "function" ? framing(config) : framing,
    guarantee: typeof guarantee === "function" ? guarantee(config) : guarantee,
    async open(context) {
      return await connector.open(config, context);
    },
  };
}

export function settingsFor({ settings }: Pick<ScenarioSubject, "settings">, siem: SimulatedSiem): Settings {
  return settings === undefined ? siem.config : settings(siem);
}

/** The only place that asserts a configuration's type: its connector's own schema has parsed it. */
export function asOwn(config: unknown): never {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return config as never;
}
