import type { Random } from "../events/random.ts";
import type { Fault, FaultRule } from "./fault.ts";
import { parseFaults } from "./parse-faults.ts";

/** Decides the fault of the next request that carries events. Other requests are never affected. */
export interface FaultPlan {
  /** Replaces the random rules; an empty list removes them. A string has the syntax of `parseFaults`. */
  set(rules: string | readonly FaultRule[]): void;
  /** Appends faults for one request each, in this order. They precede all rules. */
  script(steps: readonly Fault[]): void;
  /** Removes rules and scripted faults. */
  clear(): void;
  /** Number of injected faults by kind; statuses by their number. */
  injected(): Readonly<Record<string, number>>;
}

/** The plan for its simulator. */
export interface FaultSource extends FaultPlan {
  /** The fault of the next request. */
  next(): Fault;
}

const PASS: Fault = { kind: "pass" };

/** Creates a plan whose random faults follow from `random`: the same seed affects the same requests. */
export function createFaultPlan(random: Random): FaultSource {
  let rules: readonly FaultRule[] = [];
  let steps: Fault[] = [];
  const struck = new Map<string, number>();
  return {
    set(given) {
      rules = typeof given === "string" ? parseFaults(given) : given;
    },
    script(given) {
      steps.push(...given);
    },
    clear() {
      rules = [];
      steps = [];
    },
    injected: () => Object.fromEntries(struck),
    next() {
      const fault = steps.shift() ?? byChance(rules, random);
      if (fault.kind !== "pass") struck.set(nameOf(fault), (struck.get(nameOf(fault)) ?? 0) + 1);
      return fault;
    },
  };
}

/** Draws once for all rules, so that their shares add up. */
function byChance(rules: readonly FaultRule[], random: Random): Fault {
  if (rules.length === 0) return PASS;
  let draw = random();
  for (const rule of rules) {
    draw -= rule.rate ?? 1;
    if (draw < 0) return rule;
  }
  return PASS;
}

/** Name in logs: the number of a status, else the kind. */
export function nameOf(fault: Fault): string {
  return fault.kind === "status" ? String(fault.status) : fault.kind;
}
