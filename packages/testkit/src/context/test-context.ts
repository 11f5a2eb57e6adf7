import type { ConnectorContext } from "@arbitex/core";
import { silentLogger } from "@arbitex/core";
import { createEgress } from "@arbitex/core/host";
import { createRandom } from "@arbitex/simulators";

/** The time of a test context's clock. */
export const TEST_NOW = Date.UTC(2026, 0, 15, 8);

/**
 * A connector's context for tests: a fixed clock, seeded randomness, no logs, and real connections. Close
 * `context.egress` after the test.
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
