import { otherCore } from "@arbitex/core/config";
import type { ConfigProblem, ConnectorRegistry, Destination } from "@arbitex/core/host";

/** Connectors in use with another version of core than the host's. Both versions work, but operators should know. */
export async function otherCores(
  destinations: readonly Destination[],
  { packages }: ConnectorRegistry,
): Promise<readonly ConfigProblem[]> {
  const types = new Set(destinations.map(({ connector }) => connector.type));
  const used = packages.filter(({ type }) => types.has(type));
  const found = await Promise.all(
    used.map(async (connector) => {
      const copy = await otherCore(connector);
      if (copy === undefined) return [];
      const { name, version, folder } = connector;
      return {
        path: "connectors",
        message: `${name}@${version} (${folder}) brings its own @arbitex/core ${copy.version} (${copy.folder}), another version than the host's.`,
        fix: `It works by the same connector API. For one copy: npm dedupe, or a version of ${name} that has @arbitex/core as a peer.`,
      };
    }),
  );
  return found.flat();
}
