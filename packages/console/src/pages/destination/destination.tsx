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
import { ActivityPlots } from "./activity-plots.tsx";
import { Attempts } from "./attempts.tsx";
import { Figures } from "./figures.tsx";
import { OnOff } from "./on-off.tsx";
import { isPaused, Pause } from "./pause.tsx";
import { OutgoingSummary } from "./outgoing-summary.tsx";
import { StateNotice } from "./state-notice.tsx";
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
      problem={problem === undefined ? undefined : <ProblemNotice problem={problem} asOf={status.asOf} />}
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
  const { api, strings, formats, href } = useConsole();
  const { destination } = strings;
  const paused = isPaused(config);
  const name = config.name ?? config.connector_type;
  const now = useNow();
  const { value: groups, waiting, problem: unread } = useWaiting(config.id, REFRESH_MS);
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
        <StateNotice status={status} isEnabled={config.is_enabled} now={now} />
        <Figures
          status={status}
          now={now}
          waiting={waiting}
          deadLettersHref={href({ page: "dead-letters", id: config.id })}
        />
        <ActivityPlots id={config.id} from={api} />
        <div class="columns sided">
          <Attempts id={config.id} from={api} />
          <div class="stack loose">
            {groups !== undefined && <DeadLettersCard id={config.id} groups={groups} />}
            {groups === undefined && unread === undefined && <Loading />}
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
