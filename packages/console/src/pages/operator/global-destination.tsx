import type { JSX } from "preact";
import type { GlobalDestination as Answer } from "../../api/types.ts";
import { Loading, ProblemNotice } from "../../parts/notice.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { HealthPill } from "../../parts/pill.tsx";
import { SendOne } from "../../parts/send-one.tsx";
import { SiemIcon } from "../../parts/siem-icon.tsx";
import { Outside } from "../../parts/text.tsx";
import { useConsole } from "../../state/console-context.ts";
import { useLoaded } from "../../state/use-loaded.ts";
import { useNow } from "../../state/use-now.ts";
import { ActivityPlots } from "../destination/activity-plots.tsx";
import { Attempts } from "../destination/attempts.tsx";
import { Figures } from "../destination/figures.tsx";
import { StateNotice } from "../destination/state-notice.tsx";
import { GlobalDeadLetters } from "./global-dead-letters.tsx";

const REFRESH_MS = 4000;

/** One destination that receives the events of all organisations: how it is, what it did, and its dead letters. */
export function GlobalDestination({ id }: { readonly id: string }): JSX.Element {
  const { api, strings } = useConsole();
  const { value, problem, asOf, reload } = useLoaded(() => api.globalDestination(id), `global ${id}`, REFRESH_MS);
  const crumb = { text: strings.operator.title, route: { page: "operator" } } as const;
  const title = (
    <span class="row">
      {value !== undefined && <SiemIcon type={value.type} size={40} />}
      <Outside text={id} />
      {value !== undefined && <HealthPill health={value.health} />}
    </span>
  );
  return (
    <>
      <PageHead title={title} name={id} lead={strings.operator.globalPage} crumb={crumb} />
      <div class="stack loose">
        {problem !== undefined && <ProblemNotice problem={problem} asOf={asOf} />}
        {value === undefined && problem === undefined && <Loading lines={6} />}
        {value !== undefined && <Parts value={value} onChanged={reload} />}
      </div>
    </>
  );
}

function Parts({ value, onChanged }: { readonly value: Answer; readonly onChanged: () => void }): JSX.Element {
  const { api } = useConsole();
  const now = useNow();
  const { id, dead_letters_waiting: waiting } = value;
  return (
    <>
      <StateNotice status={{ ...value, problem: null, error_since: value.since }} isEnabled now={now} />
      <Figures status={value} now={now} waiting={waiting} />
      <SendOne siem={id} sendOne={() => api.globalTestEvent(id)} />
      <ActivityPlots id={id} from={api.global} />
      <Attempts id={id} from={api.global} />
      <GlobalDeadLetters id={id} waiting={waiting} onChanged={onChanged} />
    </>
  );
}
