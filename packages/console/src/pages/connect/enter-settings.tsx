import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ApiProblem } from "../../api/problem.ts";
import type { Connector, Settings } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { Button } from "../../parts/button.tsx";
import { Notice } from "../../parts/notice.tsx";
import { ServerText } from "../../parts/text.tsx";
import type { Entered } from "../../settings/entered.ts";
import { allFields, problemsOf } from "../../settings/entered.ts";
import type { FieldGroups } from "../../settings/fields.ts";
import { placed } from "../../settings/server-problems.ts";
import { SettingsForm } from "../../settings/settings-form.tsx";
import { Guide } from "./guide.tsx";

interface EnterSettingsProps {
  readonly connector: Connector;
  readonly groups: FieldGroups;
  readonly entered: Entered;
  readonly config: Settings;
  readonly name: string;
  /** What the server did not accept when it was sent. */
  readonly refused: ApiProblem | undefined;
  readonly onName: (name: string) => void;
  readonly onEnter: (key: string, value: string | boolean | undefined) => void;
  readonly onNext: () => void;
}

/** The second step: the connector's settings, with what to prepare in the SIEM beside them. */
export function EnterSettings(props: EnterSettingsProps): JSX.Element {
  const { connector, groups, entered, config, name, refused, onName, onEnter, onNext } = props;
  const { strings, formats } = useConsole();
  const { wizard, form } = strings;
  const element = useRef<HTMLFormElement>(null);
  const [wasTried, setTried] = useState(false);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const keys = useMemo(() => new Set(allFields(groups).map(({ key }) => key)), [groups]);
  const answered = useMemo(() => placed(refused, keys), [refused, keys]);
  const own = problemsOf(groups, entered, {}, strings);
  const told = [...answered.atField].filter(([key]) => !touched.has(key));
  const problems = new Map([...told, ...(wasTried ? own : [])]);

  useEffect(() => {
    if (refused !== undefined) focusProblem(element.current);
  }, [refused]);

  return (
    <div class="columns sided">
      <form
        ref={element}
        class="card stack loose"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (own.size === 0) onNext();
          else requestAnimationFrame(() => focusProblem(element.current));
        }}
      >
        <p class="muted">{wizard.settingsLead}</p>
        {problems.size > 0 && <Notice tone="bad" title={formats.plural(form.problems, problems.size)} isAlert />}
        {answered.elsewhere.length > 0 && (
          <Notice tone="bad" title={strings.errors.failed} isAlert>
            {answered.elsewhere.map(({ path, message, fix }) => (
              <p>
                <code>{path}</code> <ServerText text={fix === undefined ? message : `${message} ${fix}`} />
              </p>
            ))}
          </Notice>
        )}
        <SettingsForm
          groups={groups}
          entered={entered}
          stored={{}}
          problems={problems}
          onEnter={(key, value) => {
            setTouched((old) => new Set(old).add(key));
            onEnter(key, value);
          }}
        />
        <hr />
        <div class="field">
          <label for="destination-name">
            {wizard.name} <span class="optional">({strings.optional})</span>
          </label>
          <input
            id="destination-name"
            value={name}
            maxLength={100}
            aria-describedby="destination-name-help"
            onInput={(event) => onName(event.currentTarget.value)}
          />
          <p id="destination-name-help" class="help">
            {wizard.nameHelp}
          </p>
        </div>
        <div class="row">
          <span class="push" />
          <Button type="submit" kind="primary" icon="arrow">
            {wizard.next}
          </Button>
        </div>
      </form>
      <Guide connector={connector} config={config} />
    </div>
  );
}

function focusProblem(form: HTMLElement | null): void {
  const field = form?.querySelector<HTMLElement>("[aria-invalid=true]");
  field?.focus();
}
