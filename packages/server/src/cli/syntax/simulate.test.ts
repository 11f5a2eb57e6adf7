import { faultKinds, simulators } from "@arbitex/simulators";
import { expect, it } from "vitest";
import { kinds, simulated } from "./simulate.ts";

it("names every simulator and every kind of fault", () => {
  expect(simulated).toEqual(Object.keys(simulators));
  expect(kinds).toEqual(faultKinds);
});
