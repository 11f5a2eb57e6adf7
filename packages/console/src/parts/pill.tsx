import type { JSX } from "preact";
import { useConsole } from "../state/console-context.ts";
import type { IconName } from "./icons.tsx";
import { Icon } from "./icons.tsx";

export type Tone = "good" | "warn" | "bad" | "idle";

export function Pill({
  tone,
  icon,
  text,
}: {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly text: string;
}): JSX.Element {
  return (
    <span class={`pill ${tone}`}>
      <Icon name={icon} size={14} />
      {text}
    </span>
  );
}

const HEALTH: Readonly<Record<string, { readonly tone: Tone; readonly icon: IconName }>> = {
  healthy: { tone: "good", icon: "check" },
  degraded: { tone: "warn", icon: "clock" },
  failed: { tone: "bad", icon: "alert" },
  pending: { tone: "idle", icon: "dot" },
  disabled: { tone: "idle", icon: "dash" },
  paused: { tone: "idle", icon: "pause" },
};

export function HealthPill({ health }: { readonly health: string }): JSX.Element {
  const { strings } = useConsole();
  const { tone, icon } = HEALTH[health] ?? { tone: "idle" as const, icon: "dot" as const };
  const texts: Readonly<Record<string, string>> = strings.health;
  return <Pill tone={tone} icon={icon} text={texts[health] ?? health} />;
}
