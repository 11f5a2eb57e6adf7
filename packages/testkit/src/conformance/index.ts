export type { TestBatchOptions } from "../context/test-batch.ts";
export { createTestBatch } from "../context/test-batch.ts";
export { createTestContext } from "../context/test-context.ts";
