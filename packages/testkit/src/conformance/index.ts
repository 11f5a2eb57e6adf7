export type { TestBatchOptions } from "../context/test-batch.ts";
export { createTestBatch } from "../context/test-batch.ts";
export { createTestContext } from "../context/test-context.ts";
export type { Check, CheckGroup } from "./check.ts";
export { checksOf } from "./checks.ts";
export type {
  ConformanceSimulator,
  ConformanceSubject,
  PartName,
  ScenarioSubject,
  Settings,
  SimulatedSiem,
  SimulatedSiemOptions,
} from "./subject.ts";
export { testConnector } from "./test-connector.ts";
