import type { Fault, FaultRule } from "./fault.ts";

const MODIFIERS = "retry-after=SECONDS after a status; status=N and events=N after partial";

const KINDS: Readonly<Record<string, Fault>> = {
  "reset-before": { kind: "reset-before" },
  "reset-after": { kind: "reset-after" },
  "half-closed": { kind: "half-closed" },
  slow: { kind: "slow", ms: 30_000 },
  truncated: { kind: "truncated" },
  html: { kind: "html" },
  empty: { kind: "empty" },
  hang: { kind: "hang" },
  early: { kind: "early" },
  endless: { kind: "endless" },
  informed: { kind: "informed" },
  drip: { kind: "drip" },
  continue: { kind: "continue" },
  partial: { kind: "partial" },
};

/** The kinds of fault in a specification, for help texts. */
export const faultKinds: readonly string[] = ["a status such as 503", ...Object.keys(KINDS)];

/**
 * Parses a specification such as `503:20%,429:5%:retry-after=2,reset-after:5%,slow:30s:1%`: comma-separated parts, each
 * a kind followed by colon-separated settings and its share of the requests (default all).
 */
export function parseFaults(spec: string): readonly FaultRule[] {
  const rules = spec
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(parsePart);
  if (rules.length === 0) throw faultError(spec, "names no fault");
  const sum = rules.reduce((total, { rate = 1 }) => total + rate, 0);
  if (sum > 1.000001) throw faultError(spec, `adds up to ${Math.round(sum * 100)}%, which is more than all requests`);
  return rules;
}

function parsePart(part: string): FaultRule {
  const [name = "", ...settings] = part.split(":").map((word) => word.trim());
  return settings.reduce<FaultRule>((rule, setting) => applySetting(rule, setting, part), baseFault(name, part));
}

function baseFault(name: string, part: string): Fault {
  const known = KINDS[name];
  if (known !== undefined) return known;
  const status = Number(name);
  if (Number.isInteger(status) && status >= 200 && status <= 599) return { kind: "status", status };
  throw faultError(part, `names an unknown fault "${name}". Known are: ${faultKinds.join(", ")}`);
}

function applySetting(rule: FaultRule, setting: string, part: string): FaultRule {
  const share = /^(\d+(?:\.\d+)?)%$/.exec(setting)?.[1];
  if (share !== undefined) {
    const rate = Number(share) / 100;
    if (rate > 1) throw faultError(part, `has a share of ${share}%, which is more than all requests`);
    return { ...rule, rate };
  }
  const duration = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(setting);
  if (duration && rule.kind === "slow") return { ...rule, ms: toMs(Number(duration[1]), duration[2]) };
  const [key, value = ""] = setting.split("=");
  const count = /^\d+$/.test(value) ? Number(value) : undefined;
  if (count !== undefined && key === "retry-after" && rule.kind === "status") {
    return { ...rule, headers: { "retry-after": value } };
  }
  if (count !== undefined && key === "status" && rule.kind === "partial") return { ...rule, status: count };
  if (count !== undefined && key === "events" && rule.kind === "partial") return { ...rule, events: count };
  throw faultError(
    part,
    `has "${setting}", which is no share such as 20%, no time such as 30s after slow, and not ${MODIFIERS}`,
  );
}

function toMs(amount: number, unit: string | undefined): number {
  if (unit === "ms") return amount;
  return unit === "m" ? amount * 60_000 : amount * 1000;
}

function faultError(part: string, problem: string): Error {
  return new Error(`The fault specification "${part}" ${problem}.`);
}
