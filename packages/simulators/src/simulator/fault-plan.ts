import type { Random } from "../events/random.ts";
import type { Fault, FaultRule } from "./fault.ts";
import { parseFaults } from "./parse-faults.ts";

/** Decides what goes wrong with the next request that carries events. Other requests are never touched. */
export interface FaultPlan {
  /** Replaces the rules that strike by chance; an empty list ends them. Text as `parseFaults` reads it. */
  set(rules: string | readonly FaultRule[]): void;
  /** Appends faults that strike one request each, in this order, before any rule has its turn. */
  script(steps: readonly Fault[]): void;
  /** Ends rules and script. */
  clear(): void;
  /** How often each kind has struck; a status by its number. */
  injected(): Readonly<Record<string, number>>;
}

/** The plan as its simulator sees it. */
export interface FaultSource extends FaultPlan {
  /** What strikes the next request. */
  next(): Fault;
}

const PASS: Fault = { kind: "pass" };

/** A plan whose faults by chance follow from `random`: the same seed strikes the same requests. */
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

/** One draw for all rules, so that their shares add up. */
function byChance(rules: readonly FaultRule[], random: Random): Fault {
  if (rules.length === 0) return PASS;
  let draw = random();
  for (const rule of rules) {
    draw -= rule.rate ?? 1;
    if (draw < 0) return rule;
  }
  return PASS;
}

/** What a log calls it: a status by its number, all else by its kind. */
export function nameOf(fault: Fault): string {
  return fault.kind === "status" ? String(fault.status) : fault.kind;
}
