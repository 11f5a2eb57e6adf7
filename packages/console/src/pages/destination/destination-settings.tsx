import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { ApiProblem } from "../../api/problem.ts";
import type { Config, ConfigDraft, Connector } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { useAction } from "../../state/use-action.ts";
import { asProblem, useLoaded } from "../../state/use-loaded.ts";
import { Button } from "../../parts/button.tsx";
import { Loading, Notice, ProblemNotice } from "../../parts/notice.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { SendOne } from "../../parts/send-one.tsx";
import { TestTrail } from "../../parts/test-trail.tsx";
import { Outside, ServerText } from "../../parts/text.tsx";
import { useTest } from "../../parts/use-test.ts";
import type { Entered } from "../../settings/entered.ts";
import { allFields, enteredOf, problemsOf, settingsOf } from "../../settings/entered.ts";
import { fieldsOf } from "../../settings/fields.ts";
import { placed } from "../../settings/server-problems.ts";
import { SettingsForm } from "../../settings/settings-form.tsx";
import { filled } from "../../strings/strings.ts";
import { RemoveDestination } from "./remove-destination.tsx";

/** Changes the settings of a destination. Stored secrets stay unless others are entered. */
export function DestinationSettings({ id }: { readonly id: string }): JSX.Element {
  const { api, strings } = useConsole();
  const config = useLoaded(() => api.config(id), `config ${id}`);
  const connectors = useLoaded(() => api.connectors(), "connectors");
  const problem = config.problem ?? connectors.problem;
  const connector = connectors.value?.find(({ type }) => type === config.value?.connector_type);
  if (config.value !== undefined && connector !== undefined) {
    return <Editor key={config.value.version} config={config.value} connector={connector} onSaved={config.reload} />;
  }
  const title = strings.destination.edit;
  return (
    <>
      <PageHead title={title} name={title} crumb={{ text: strings.destination.crumb, route: { page: "overview" } }} />
      {problem === undefined ? <Loading lines={6} /> : <ProblemNotice problem={problem} />}
    </>
  );
}

interface EditorProps {
  readonly config: Config;
  readonly connector: Connector;
  readonly onSaved: () => void;
}

function Editor({ config, connector, onSaved }: EditorProps): JSX.Element {
  const { api, strings, formats, announce, go } = useConsole();
  const { destination, wizard } = strings;
  const stored = config.config ?? {};
  const [entered, setEntered] = useState<Entered>(() => enteredOf(stored));
  const [name, setName] = useState(config.name ?? "");
  const [refused, setRefused] = useState<ApiProblem>();
  const [wasTried, setTried] = useState(false);
  const groups = useMemo(() => fieldsOf(connector.config_schema ?? {}, entered), [connector, entered]);
  const settings = useMemo(() => settingsOf(groups, entered, stored), [groups, entered, stored]);
  const draft: ConfigDraft = { connector_type: connector.type, config: settings };
  const own = problemsOf(groups, entered, stored, strings);
  const keys = useMemo(() => new Set(allFields(groups).map(({ key }) => key)), [groups]);
  const answered = placed(refused, keys);
  const problems = new Map([...answered.atField, ...(wasTried ? own : [])]);
  const test = useTest(draft, config.id, setRefused);
  const save = useAction(async () => {
    setRefused(undefined);
    try {
      await api.change(config.id, config.version, {
        ...(name.trim() !== "" && { name: name.trim() }),
        config: settings,
      });
      announce(destination.saved);
      onSaved();
      go({ page: "destination", id: config.id });
    } catch (error) {
      const problem = asProblem(error);
      if (problem.problems.length === 0) throw error;
      setRefused(problem);
    }
  });
  const shownName = config.name ?? config.connector_type;
  return (
    <>
      <PageHead
        title={<Outside text={filled(destination.editTitle, { name: shownName })} />}
        name={filled(destination.editTitle, { name: shownName })}
        crumb={{ text: shownName, route: { page: "destination", id: config.id } }}
      />
      <div class="columns sided">
        <form
          class="card stack loose"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            setTried(true);
            if (own.size === 0) save.run();
          }}
        >
          {problems.size > 0 && (
            <Notice tone="bad" title={formats.plural(strings.form.problems, problems.size)} isAlert />
          )}
          {answered.elsewhere.map(({ path, message, fix }) => (
            <Notice tone="bad" title={path} isAlert>
              <ServerText text={fix === undefined ? message : `${message} ${fix}`} />
            </Notice>
          ))}
          <div class="field">
            <label for="destination-name">{wizard.name}</label>
            <input
              id="destination-name"
              value={name}
              maxLength={100}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </div>
          <SettingsForm
            groups={groups}
            entered={entered}
            stored={stored}
            problems={problems}
            onEnter={(key, value) => setEntered((old) => ({ ...old, [key]: value }))}
          />
          {save.problem !== undefined && (
            <ProblemNotice
              problem={save.problem}
              {...(save.problem.status === 412 && { title: destination.conflict })}
            />
          )}
          <div class="row">
            <RemoveDestination config={config} />
            <span class="push" />
            <Button type="submit" kind="primary" isBusy={save.isRunning}>
              {destination.save}
            </Button>
          </div>
        </form>
        <div class="stack">
          <section class="card stack" aria-labelledby="test-title">
            <h2 id="test-title">{wizard.testTitle}</h2>
            <TestTrail test={test} />
            <div class="row">
              <Button onClick={test.run} isBusy={test.isRunning}>
                {destination.test}
              </Button>
            </div>
          </section>
          <SendOne
            siem={connector.display_name ?? connector.type}
            sendOne={() => api.testEvent(draft, config.id)}
            onRefused={setRefused}
          />
        </div>
      </div>
    </>
  );
}
