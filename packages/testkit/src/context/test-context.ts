import type { ConnectorContext } from "@arbitex/core";
import { silentLogger } from "@arbitex/core";
import { createEgress } from "@arbitex/core/host";
import { createRandom } from "@arbitex/simulators";

/** The time that a test context tells. */
export const TEST_NOW = Date.UTC(2026, 0, 15, 8);

/**
 * What a host gives a connector, for tests: a fixed clock, seeded chance, no logs, and real connections. Close
 * `context.egress` when the test is over.
 */
export function createTestContext(overrides: Partial<ConnectorContext> = {}): ConnectorContext {
  return {
    destinationId: "test",
    orgId: null,
    logger: silentLogger,
    now: () => TEST_NOW,
    random: createRandom(1),
    egress: overrides.egress ?? createEgress({ environment: {} }),
    hostname: "gateway-1",
    ...overrides,
  };
}
