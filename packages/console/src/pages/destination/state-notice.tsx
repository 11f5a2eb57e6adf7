import type { JSX } from "preact";
import type { Status } from "../../api/types.ts";
import { Notice } from "../../parts/notice.tsx";
import { ServerText } from "../../parts/text.tsx";
import { Ago } from "../../parts/time.tsx";
import { useConsole } from "../../state/console-context.ts";

interface StateNoticeProps {
  readonly status: Pick<Status, "problem" | "reason" | "health" | "error_since" | "fix">;
  readonly isEnabled: boolean;
  readonly now: number;
}

/** Why events do not arrive, since when, and what to do. Silent while all is well. */
export function StateNotice({ status, isEnabled, now }: StateNoticeProps): JSX.Element | null {
  const { strings } = useConsole();
  const { destination } = strings;
  const reason = status.problem ?? status.reason;
  const isTroubled = status.problem !== null || status.health === "failed" || status.health === "degraded";
  if (!isEnabled || !isTroubled || reason === null) return null;
  const isStopped = status.health === "failed" || status.problem !== null;
  return (
    <Notice tone={isStopped ? "bad" : "warn"} title={isStopped ? destination.failing : destination.retrying}>
      <p>
        <ServerText text={reason} />
        {status.error_since !== null && (
          <span class="muted">
            {" "}
            (<Ago time={status.error_since} now={now} />)
          </span>
        )}
      </p>
      {status.fix !== null && (
        <p>
          <span class="strong">{strings.fix}:</span> <ServerText text={status.fix} />
        </p>
      )}
    </Notice>
  );
}
