import type { JSX } from "preact";
import type { OverviewRow } from "../api/types.ts";
import { useConsole } from "../state/console-context.ts";
import { useLoaded } from "../state/use-loaded.ts";
import { useNow } from "../state/use-now.ts";
import { Icon } from "../parts/icons.tsx";
import { Empty, Loading, ProblemNotice } from "../parts/notice.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { HealthPill, Pill } from "../parts/pill.tsx";
import { SiemIcon } from "../parts/siem-icon.tsx";
import { Sparkline } from "../parts/sparkline.tsx";
import { Outside, ServerText } from "../parts/text.tsx";
import { Ago } from "../parts/time.tsx";
import { filled } from "../strings/strings.ts";

export function Overview(): JSX.Element {
  const { api, strings, formats, href } = useConsole();
  const { overview } = strings;
  const { value, problem, asOf } = useLoaded(() => api.overview(), "overview", 5000);
  const troubled = (value ?? []).filter(
    ({ health, silence }) => health === "failed" || health === "degraded" || silence !== null,
  );
  const lead =
    value === undefined || value.length === 0
      ? overview.lead
      : `${formats.plural(overview.sum, value.length)}. ${troubled.length === 0 ? overview.allWell : formats.plural(overview.attention, troubled.length)}.`;
  return (
    <>
      <PageHead title={overview.title} name={overview.title} lead={lead}>
        {value !== undefined && value.length > 0 && (
          <a class="button primary" href={href({ page: "connect" })}>
            <Icon name="plus" />
            {overview.add}
          </a>
        )}
      </PageHead>
      <div class="stack">
        {problem !== undefined && <ProblemNotice problem={problem} asOf={asOf} />}
        {value === undefined && problem === undefined && <Loading />}
        {value?.length === 0 && (
          <div class="card">
            <Empty title={overview.empty}>
              <p>{overview.emptyHelp}</p>
              <a class="button primary" href={href({ page: "connect" })}>
                {overview.add}
              </a>
            </Empty>
          </div>
        )}
        {value !== undefined && value.length > 0 && (
          <ul class="card flush">
            {value.map((row) => (
              <Row key={row.id} row={row} />
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

function healthOf({ is_enabled, paused, health }: OverviewRow): string {
  if (!is_enabled) return "disabled";
  return paused ? "paused" : health;
}

function Row({ row }: { readonly row: OverviewRow }): JSX.Element {
  const { strings, formats, href } = useConsole();
  const now = useNow();
  const { overview } = strings;
  const name = row.name ?? row.connector_type;
  const reason = row.problem ?? row.reason;
  const isTroubled = !row.paused && (row.health === "failed" || row.health === "degraded");
  return (
    <li class="destination">
      <SiemIcon type={row.connector_type} />
      <div class="stack tight">
        <div class="row">
          <h2>
            <a href={href({ page: "destination", id: row.id })}>
              <Outside text={name} />
            </a>
          </h2>
          <HealthPill health={healthOf(row)} />
          {row.silence !== null && <Pill tone="warn" icon="quiet" text={strings.destination.silenceTitle} />}
          {row.last_hour.length > 0 && (
            <span class="push">
              <Sparkline values={row.last_hour} label={overview.lastHour} />
            </span>
          )}
        </div>
        {isTroubled && reason !== null && (
          <p>
            <ServerText text={reason} />{" "}
            {row.since !== null && (
              <span class="muted">
                <Ago time={row.since} now={now} />
              </span>
            )}
          </p>
        )}
        {row.silence !== null && (
          <p>
            {filled(overview.silence, {
              time: formats.relative(row.silence.since, now),
              n: formats.number(row.silence.usual_per_hour),
            })}
          </p>
        )}
        <p class="figures">
          <span>
            <b>{formats.fine(row.rate_per_minute)}</b> {overview.rate}
          </span>
          <span>
            {row.last_delivery_at === null
              ? overview.noDelivery
              : filled(overview.lastDelivery, { time: formats.relative(row.last_delivery_at, now) })}
          </span>
          {row.queued > 0 && (
            <span>
              {filled(overview.queued, { n: formats.compact(row.queued) })}
              {row.oldest_age_seconds !== null &&
                row.oldest_age_seconds > 0 &&
                `, ${filled(overview.oldest, { time: formats.duration(row.oldest_age_seconds) })}`}
            </span>
          )}
          {row.dead_letters_waiting > 0 && (
            <a href={href({ page: "dead-letters", id: row.id })}>
              {formats.plural(overview.letters, row.dead_letters_waiting)}
            </a>
          )}
        </p>
      </div>
    </li>
  );
}
