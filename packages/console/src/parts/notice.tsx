import type { ComponentChildren, JSX } from "preact";
import type { ApiProblem } from "../api/problem.ts";
import { useConsole } from "../state/console-context.ts";
import { filled } from "../strings/strings.ts";
import type { IconName } from "./icons.tsx";
import { Icon } from "./icons.tsx";
import type { Tone } from "./pill.tsx";
import { Outside, ServerText } from "./text.tsx";

const ICONS: Readonly<Record<Tone, IconName>> = { good: "check", warn: "alert", bad: "alert", idle: "clock" };

interface NoticeProps {
  readonly tone: Tone;
  readonly title: string;
  readonly icon?: IconName;
  /** Read out at once: for what follows from the reader's own action. */
  readonly isAlert?: boolean;
  readonly children?: ComponentChildren;
}

export function Notice({ tone, title, icon, isAlert = false, children }: NoticeProps): JSX.Element {
  return (
    <div class={`notice ${tone}`} {...(isAlert && { role: "alert" })}>
      <Icon name={icon ?? ICONS[tone]} size={18} />
      <div class="stack tight">
        <p class="strong">
          <Outside text={title} />
        </p>
        {children}
      </div>
    </div>
  );
}

/** What the server answered, in its words, or that it did not. */
export function ProblemNotice({
  problem,
  title,
  asOf,
}: {
  readonly problem: ApiProblem;
  readonly title?: string;
  /** When what the page still shows was loaded. */
  readonly asOf?: number | undefined;
}): JSX.Element {
  const { strings, formats } = useConsole();
  const { errors } = strings;
  if (problem.status === 0) {
    return (
      <Notice tone="warn" title={errors.unreachable} isAlert>
        <p>{errors.unreachableHelp}</p>
        {asOf !== undefined && <p>{filled(errors.asOf, { time: formats.preciseClock(asOf) })}</p>}
      </Notice>
    );
  }
  return (
    <Notice tone="bad" title={title ?? errors.failed} isAlert>
      <p>
        <ServerText text={problem.message} />
      </p>
      {problem.problems.map(({ path, message, fix }) => (
        <p class="small">
          <code>{path}</code> <ServerText text={message} /> {fix !== undefined && <ServerText text={fix} />}
        </p>
      ))}
      {problem.retryAfterSeconds !== undefined && <p>{filled(errors.waitSeconds, { n: problem.retryAfterSeconds })}</p>}
    </Notice>
  );
}

interface EmptyProps {
  readonly title: string;
  readonly children?: ComponentChildren;
}

export function Empty({ title, children }: EmptyProps): JSX.Element {
  return (
    <div class="empty">
      <svg
        class="art"
        width="96"
        height="56"
        viewBox="0 0 96 56"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
        aria-hidden="true"
      >
        <path d="M4 40h18c8 0 8-24 16-24h20c8 0 8 24 16 24h18" opacity=".35" />
        <path d="M4 16h18c8 0 8 24 16 24h20c8 0 8-24 16-24h18" opacity=".16" />
        <circle cx="22" cy="40" r="4" fill="currentColor" stroke="none" />
        <circle cx="74" cy="40" r="4" fill="currentColor" stroke="none" opacity=".4" />
      </svg>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Lines in place of what is being loaded. */
export function Loading({ lines = 3 }: { readonly lines?: number }): JSX.Element {
  const { strings } = useConsole();
  return (
    <div class="card stack" role="status">
      <span class="visually-hidden">{strings.loading}</span>
      {Array.from({ length: lines }, (_, at) => (
        <span class="skeleton" style={{ width: `${90 - ((at * 23) % 50)}%` }} aria-hidden="true" />
      ))}
    </div>
  );
}
