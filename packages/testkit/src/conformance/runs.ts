// The faults of the suite for programs that run no tests, and have no vitest.
export type { Account } from "./account.ts";
export type { Scenario, ScenarioOptions, ScenarioReport } from "./scenario.ts";
export { lackOf, runScenario } from "./scenario.ts";
export { scenarios } from "./scenarios.ts";
