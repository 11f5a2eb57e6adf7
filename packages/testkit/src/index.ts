export type { TestBatchOptions } from "./context/test-batch.ts";
export { createTestBatch } from "./context/test-batch.ts";
export { createTestContext, TEST_NOW } from "./context/test-context.ts";
export { documentedSamples } from "./events/documented-samples.ts";
export { hostileEvents, hostileTexts } from "./events/hostile-events.ts";
