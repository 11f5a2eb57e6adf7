import type { JSX } from "preact";
import { useConsole } from "../../state/console-context.ts";
import { useLoaded } from "../../state/use-loaded.ts";
import { useNow } from "../../state/use-now.ts";
import { Loading, Notice, ProblemNotice } from "../../parts/notice.tsx";
import { Outside } from "../../parts/text.tsx";
import { Ago } from "../../parts/time.tsx";

export function ServerFacts(): JSX.Element {
  const { api, strings, formats } = useConsole();
  const { operator } = strings;
  const now = useNow();
  const { value, problem, asOf } = useLoaded(() => api.server(), "server", 5000);
  if (value === undefined) return problem === undefined ? <Loading /> : <ProblemNotice problem={problem} />;
  return (
    <section class="stack" aria-label={operator.server}>
      {problem !== undefined && <ProblemNotice problem={problem} asOf={asOf} />}
      {value.queue.trouble !== null && (
        <Notice tone="bad" title={operator.trouble}>
          <Outside text={value.queue.trouble} />
        </Notice>
      )}
      <dl class="facts">
        {(["failed", "degraded", "healthy"] as const).map((health) => (
          <div>
            <dt>{strings.health[health]}</dt>
            <dd class={health === "failed" && value.destinations.failed > 0 ? "bad-number" : ""}>
              {formats.number(value.destinations[health])}
            </dd>
          </div>
        ))}
        <div>
          <dt>{operator.queueEvents}</dt>
          <dd>
            {formats.compact(value.queue.events)} <span class="small">{formats.bytes(value.queue.bytes)}</span>
          </dd>
        </div>
        <div>
          <dt>{operator.accepted}</dt>
          <dd>{formats.compact(value.accepted)}</dd>
        </div>
        <div>
          <dt>{operator.started}</dt>
          <dd>
            <Ago time={value.started_at} now={now} />
          </dd>
          <dd>
            <span class="small">
              {value.version}, <Outside text={value.node} />
            </span>
          </dd>
        </div>
      </dl>
    </section>
  );
}
