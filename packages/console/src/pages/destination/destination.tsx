import type { JSX } from "preact";
import type { Config, DeadLetterGroups, Status } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { useLoaded } from "../../state/use-loaded.ts";
import { useWaiting } from "../../state/use-waiting.ts";
import { useNow } from "../../state/use-now.ts";
import { Icon } from "../../parts/icons.tsx";
import { Loading, Notice, ProblemNotice } from "../../parts/notice.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { HealthPill } from "../../parts/pill.tsx";
import { SiemIcon } from "../../parts/siem-icon.tsx";
import { Outside, ServerText } from "../../parts/text.tsx";
import { Ago } from "../../parts/time.tsx";
import { ActivityPlots } from "./activity-plots.tsx";
import { Attempts } from "./attempts.tsx";
import { OnOff } from "./on-off.tsx";
import { isPaused, Pause } from "./pause.tsx";
import { OutgoingSummary } from "./outgoing-summary.tsx";
import { SettingsSummary } from "./settings-summary.tsx";

const REFRESH_MS = 4000;

/** One destination: how it is, since when and why, what it did, and what can be done. */
export function Destination({ id }: { readonly id: string }): JSX.Element {
  const { api, strings } = useConsole();
  const config = useLoaded(() => api.config(id), `config ${id}`);
  const status = useLoaded(() => api.status(id), `status ${id}`, REFRESH_MS);
  const crumb = { text: strings.destination.crumb, route: { page: "overview" } } as const;
  const problem = config.problem ?? status.problem;
  if (config.value === undefined || status.value === undefined) {
    return (
      <>
        <PageHead title={strings.overview.title} name={strings.overview.title} crumb={crumb} />
        {problem === undefined ? <Loading lines={6} /> : <ProblemNotice problem={problem} />}
      </>
    );
  }
  return (
    <Loaded
      config={config.value}
      status={status.value}
      problem={problem === undefined ? undefined : <ProblemNotice problem={problem} />}
      onChanged={() => {
        config.reload();
        status.reload();
      }}
    />
  );
}

interface LoadedProps {
  readonly config: Config;
  readonly status: Status;
  readonly problem: JSX.Element | undefined;
  readonly onChanged: () => void;
}

function Loaded({ config, status, problem, onChanged }: LoadedProps): JSX.Element {
  const { strings, formats, href } = useConsole();
  const { destination } = strings;
  const paused = isPaused(config);
  const name = config.name ?? config.connector_type;
  const now = useNow();
  const { value: groups, waiting } = useWaiting(config.id, REFRESH_MS);
  const title = (
    <span class="row">
      <SiemIcon type={config.connector_type} size={40} />
      <Outside text={name} />
      <HealthPill health={paused ? "paused" : config.is_enabled ? status.health : "disabled"} />
    </span>
  );
  return (
    <>
      <PageHead title={title} name={name} crumb={{ text: destination.crumb, route: { page: "overview" } }}>
        <a class="button" href={href({ page: "destination-settings", id: config.id })}>
          {destination.edit}
        </a>
        {config.is_enabled && <Pause config={config} onChanged={onChanged} />}
        <OnOff config={config} onChanged={onChanged} />
      </PageHead>
      <div class="stack loose">
        {problem}
        {paused && (
          <Notice tone="idle" icon="pause" title={formats.plural(destination.paused, heldBy(status))}>
            <p>{destination.pausedHelp}</p>
          </Notice>
        )}
        <State status={status} isEnabled={config.is_enabled} now={now} />
        <Figures status={status} now={now} waiting={waiting} id={config.id} />
        <ActivityPlots id={config.id} />
        <div class="columns sided">
          <Attempts id={config.id} />
          <div class="stack loose">
            {groups !== undefined && <DeadLettersCard id={config.id} groups={groups} />}
            <OutgoingSummary config={config} />
            <SettingsSummary config={config} />
          </div>
        </div>
      </div>
    </>
  );
}

function heldBy({ queue, counts }: Status): number {
  return queue?.events ?? counts?.queued ?? 0;
}

/** Why events do not arrive, since when, and what to do. Silent while all is well. */
function State({
  status,
  isEnabled,
  now,
}: {
  readonly status: Status;
  readonly isEnabled: boolean;
  readonly now: number;
}) {
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

interface FiguresProps {
  readonly status: Status;
  readonly now: number;
  readonly waiting: number | undefined;
  readonly id: string;
}

function Figures({ status, now, waiting, id }: FiguresProps): JSX.Element {
  const { strings, formats, href } = useConsole();
  const { destination } = strings;
  const { counts, queue } = status;
  const number = (value: number | undefined) => (value === undefined ? "–" : formats.compact(value));
  return (
    <dl class="facts">
      <div>
        <dt>{destination.delivered}</dt>
        <dd>{number(counts?.delivered)}</dd>
      </div>
      <div>
        <dt>{destination.queued}</dt>
        <dd>
          {number(queue?.events ?? counts?.queued)}
          {queue !== null && queue.events > 0 && <span class="small"> {formats.bytes(queue.bytes)}</span>}
        </dd>
      </div>
      <div>
        <dt>{destination.oldest}</dt>
        <dd>{queue === null || queue.events === 0 ? "–" : formats.duration(queue.oldest_age_seconds)}</dd>
      </div>
      <div>
        <dt>{destination.letters}</dt>
        <dd>
          {waiting === undefined || waiting === 0 ? (
            number(waiting)
          ) : (
            <a class="bad-number" href={href({ page: "dead-letters", id })}>
              {number(waiting)}
            </a>
          )}
        </dd>
      </div>
      <div>
        <dt>{destination.filtered}</dt>
        <dd>{number(counts?.filtered)}</dd>
      </div>
      <div>
        <dt>{destination.lastDelivery}</dt>
        <dd>{status.last_delivery_at === null ? strings.never : <Ago time={status.last_delivery_at} now={now} />}</dd>
      </div>
    </dl>
  );
}

function DeadLettersCard({ id, groups }: { readonly id: string; readonly groups: DeadLetterGroups }): JSX.Element {
  const { strings, formats, href } = useConsole();
  return (
    <section class="card stack" aria-labelledby="dead-letters-title">
      <h2 id="dead-letters-title">{strings.letters.title}</h2>
      {groups.total === 0 ? (
        <p class="muted">{strings.letters.emptyHelp}</p>
      ) : (
        <>
          <ul class="stack">
            {groups.groups.slice(0, 3).map(({ stage, reason, count }) => (
              <li key={`${stage} ${reason}`}>
                <b class="numeric">{formats.number(count)}</b> × <ServerText text={reason} />
              </li>
            ))}
          </ul>
          <a class="button" href={href({ page: "dead-letters", id })}>
            {formats.plural(strings.overview.letters, groups.total)}
            <Icon name="arrow" />
          </a>
        </>
      )}
    </section>
  );
}
