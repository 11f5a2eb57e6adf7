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
import { nameOf } from "./connect.tsx";
import { Done } from "./done.tsx";
import { EnterSettings } from "./enter-settings.tsx";
import { Start } from "./start.tsx";
import { TryOut } from "./try-out.tsx";
import type { WizardStep } from "./wizard-steps.tsx";
import { WizardSteps } from "./wizard-steps.tsx";

/** Connecting one SIEM: settings, test, start. Nothing is saved before the last step. */
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

function Wizard({ connector }: { readonly connector: Connector }): JSX.Element {
  const { strings } = useConsole();
  const { wizard } = strings;
  const siem = nameOf(connector);
  const [step, setStep] = useState<WizardStep>("settings");
  const [name, setName] = useState("");
  const [entered, setEntered] = useState<Entered>({});
  const [refused, setRefused] = useState<ApiProblem>();
  const [created, setCreated] = useState<Config>();
  const groups = useMemo(() => fieldsOf(connector.config_schema ?? {}, entered), [connector, entered]);
  const config = useMemo(() => settingsOf(groups, entered), [groups, entered]);
  const draft: ConfigDraft = { connector_type: connector.type, name: name.trim() || siem, config };

  const refuse = (problem: ApiProblem) => {
    setRefused(problem);
    setStep("settings");
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
          onNext={() => setStep("start")}
        />
      )}
      {step === "start" && created === undefined && (
        <Start draft={draft} onRefused={refuse} onBack={() => setStep("test")} onCreated={setCreated} />
      )}
      {created !== undefined && <Done config={created} />}
    </>
  );
}
