import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { ApiProblem } from "../../api/problem.ts";
import type { Config, ConfigDraft, Connector } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { useLoaded } from "../../state/use-loaded.ts";
import { Loading, ProblemNotice } from "../../parts/notice.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { SiemIcon } from "../../parts/siem-icon.tsx";
import { Outside } from "../../parts/text.tsx";
import type { Entered } from "../../settings/entered.ts";
import { settingsOf } from "../../settings/entered.ts";
import { fieldsOf } from "../../settings/fields.ts";
import { filled } from "../../strings/strings.ts";
import { ChooseEvents } from "./choose-events.tsx";
import { nameOf } from "./connect.tsx";
import { Done } from "./done.tsx";
import { EnterSettings } from "./enter-settings.tsx";
import { Start } from "./start.tsx";
import { TryOut } from "./try-out.tsx";
import type { OutgoingDraft } from "../../outgoing/draft.ts";
import { deliveryOf, draftOf, filterOf } from "../../outgoing/draft.ts";
import type { WizardStep } from "./wizard-steps.tsx";
import { WizardSteps } from "./wizard-steps.tsx";

/** Connecting one SIEM: settings, test, events, start. Nothing is saved before the last step. */
export function ConnectTo({ type }: { readonly type: string }): JSX.Element {
  const { api, strings } = useConsole();
  const { value, problem } = useLoaded(() => api.connectors(), "connectors");
  const connector = value?.find((each) => each.type === type);
  if (connector !== undefined) return <Wizard connector={connector} />;
  const crumb = { text: strings.wizard.other, route: { page: "connect" } } as const;
  return (
    <>
      <PageHead title={<Outside text={type} />} name={type} crumb={crumb} />
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {value === undefined && problem === undefined && <Loading />}
      {value !== undefined && <p class="card">{strings.wizard.noMatch}</p>}
    </>
  );
}

const OUTGOING = /^(?:filter|delivery\.(?:redact|ocsf_version))\b/;

function Wizard({ connector }: { readonly connector: Connector }): JSX.Element {
  const { strings } = useConsole();
  const { wizard } = strings;
  const siem = nameOf(connector);
  const [step, setStep] = useState<WizardStep>("settings");
  const [name, setName] = useState("");
  const [entered, setEntered] = useState<Entered>({});
  const [outgoing, setOutgoing] = useState(() => draftOf({}, {}));
  const [refused, setRefused] = useState<ApiProblem>();
  const [created, setCreated] = useState<Config>();
  const groups = useMemo(() => fieldsOf(connector.config_schema ?? {}, entered), [connector, entered]);
  const config = useMemo(() => settingsOf(groups, entered), [groups, entered]);
  const draft: ConfigDraft = { connector_type: connector.type, name: name.trim() || siem, config };

  // To the step where what is wrong can be corrected.
  const refuse = (problem: ApiProblem) => {
    setRefused(problem);
    setStep(problem.problems.every(({ path }) => OUTGOING.test(path)) ? "events" : "settings");
  };
  const title = (
    <span class="row">
      <SiemIcon type={connector.type} size={40} />
      <Outside text={filled(created === undefined ? wizard.settingsTitle : wizard.doneTitle, { siem })} />
    </span>
  );
  return (
    <>
      <PageHead
        key={created === undefined ? step : "done"}
        title={title}
        name={filled(wizard.settingsTitle, { siem })}
        {...(step === "events" && { lead: strings.outgoing.skip })}
        {...(created === undefined && { crumb: { text: wizard.other, route: { page: "connect" } } })}
      />
      {created === undefined && <WizardSteps current={step} />}
      {step === "settings" && (
        <EnterSettings
          connector={connector}
          groups={groups}
          entered={entered}
          config={config}
          name={name}
          refused={refused}
          onName={setName}
          onEnter={(key, value) => setEntered((old) => ({ ...old, [key]: value }))}
          onNext={() => {
            setRefused(undefined);
            setStep("test");
          }}
        />
      )}
      {step === "test" && (
        <TryOut
          draft={draft}
          siem={siem}
          onRefused={refuse}
          onChange={() => setStep("settings")}
          onNext={() => setStep("events")}
        />
      )}
      {step === "events" && (
        <ChooseEvents
          draft={outgoing}
          refused={refused?.problems ?? []}
          onChange={(next) => {
            setRefused(undefined);
            setOutgoing(next);
          }}
          onBack={() => setStep("test")}
          onNext={() => setStep("start")}
        />
      )}
      {step === "start" && created === undefined && (
        <Start
          draft={{ ...draft, ...chosenOf(outgoing) }}
          onRefused={refuse}
          onBack={() => setStep("events")}
          onCreated={setCreated}
        />
      )}
      {created !== undefined && <Done config={created} />}
    </>
  );
}

/** What was chosen of the events; nothing where all is delivered as it is. */
function chosenOf(outgoing: OutgoingDraft): Pick<ConfigDraft, "filter" | "delivery"> {
  const filter = filterOf(outgoing);
  const delivery = deliveryOf(outgoing, {});
  return {
    ...(Object.keys(filter).length > 0 && { filter }),
    ...(Object.keys(delivery).length > 0 && { delivery }),
  };
}
