import type { JSX } from "preact";
import { useConsole } from "../../state/console-context.ts";
import { useLoaded } from "../../state/use-loaded.ts";
import { useNow } from "../../state/use-now.ts";
import { ProblemNotice } from "../../parts/notice.tsx";
import { HealthPill } from "../../parts/pill.tsx";
import { SiemIcon } from "../../parts/siem-icon.tsx";
import { Outside, ServerText } from "../../parts/text.tsx";
import { filled } from "../../strings/strings.ts";

/** The destinations that receive every organisation's events. */
export function GlobalDestinations(): JSX.Element {
  const { api, strings, formats, href } = useConsole();
  const { operator, overview } = strings;
  const now = useNow();
  const { value, problem } = useLoaded(() => api.globalDestinations(), "global", 5000);
  return (
    <section class="card flush" aria-labelledby="global-title">
      <div class="card-head">
        <h2 id="global-title">{operator.global}</h2>
        <span class="muted">{operator.globalLead}</span>
      </div>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {value?.length === 0 && <p class="card-text muted">{operator.globalEmpty}</p>}
      <ul>
        {value?.map((each) => (
          <li class="destination" key={each.id}>
            <SiemIcon type={each.type} />
            <div class="stack tight">
              <div class="row">
                <h3>
                  <a href={href({ page: "global", id: each.id })}>
                    <Outside text={each.id} />
                  </a>
                </h3>
                <HealthPill health={each.health} />
              </div>
              {each.reason !== null && each.health !== "healthy" && (
                <p>
                  <ServerText text={each.fix === null ? each.reason : `${each.reason} ${each.fix}`} />
                </p>
              )}
              <p class="figures">
                <span>
                  <b>{formats.compact(each.counts.delivered)}</b> {strings.destination.delivered}
                </span>
                <span>{filled(overview.queued, { n: formats.compact(each.queue.events) })}</span>
                {each.dead_letters_waiting > 0 && (
                  <span>{formats.plural(overview.letters, each.dead_letters_waiting)}</span>
                )}
                <span>
                  {each.last_delivery_at === null
                    ? overview.noDelivery
                    : filled(overview.lastDelivery, { time: formats.relative(each.last_delivery_at, now) })}
                </span>
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
