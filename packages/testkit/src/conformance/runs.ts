// The suite's faults for programs without vitest.
export type { Account } from "./account.ts";
export type { Scenario, ScenarioOptions, ScenarioReport } from "./scenario.ts";
export { lackOf, runScenario } from "./scenario.ts";
export { scenarios } from "./scenarios.ts";
