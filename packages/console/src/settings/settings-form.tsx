import type { JSX } from "preact";
import { useConsole } from "../state/console-context.ts";
import type { Settings } from "../api/types.ts";
import type { Entered } from "./entered.ts";
import { KEPT_SECRET } from "./entered.ts";
import type { Field, FieldGroups } from "./fields.ts";
import { SettingField } from "./setting-field.tsx";

interface SettingsFormProps {
  readonly groups: FieldGroups;
  readonly entered: Entered;
  readonly stored: Settings;
  readonly problems: ReadonlyMap<string, string>;
  readonly onEnter: (key: string, value: string | boolean | undefined) => void;
}

/** The settings of a connector: what matters first, the rest behind headings that open by themselves at a problem. */
export function SettingsForm({ groups, entered, stored, problems, onEnter }: SettingsFormProps): JSX.Element {
  const { strings } = useConsole();
  const fieldOf = (field: Field) => (
    <SettingField
      key={field.key}
      field={field}
      value={entered[field.key]}
      isKept={stored[field.key] === KEPT_SECRET}
      problem={problems.get(field.key)}
      onEnter={(value) => onEnter(field.key, value)}
    />
  );
  const hasProblem = (fields: readonly Field[]) => fields.some(({ key }) => problems.has(key));
  const section = (title: string, fields: readonly Field[]) =>
    fields.length > 0 && (
      <details open={hasProblem(fields)}>
        <summary>{title}</summary>
        <div class="stack section-body">{fields.map(fieldOf)}</div>
      </details>
    );
  return (
    <>
      {groups.main.map(fieldOf)}
      {section(strings.wizard.more, groups.more)}
      {section(strings.wizard.tls, groups.tls)}
    </>
  );
}
