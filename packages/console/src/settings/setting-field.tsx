import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { useConsole } from "../state/console-context.ts";
import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icons.tsx";
import { ServerText } from "../parts/text.tsx";
import { filled } from "../strings/strings.ts";
import type { Field } from "./fields.ts";
import { shownOf } from "./fields.ts";

interface SettingFieldProps {
  readonly field: Field;
  readonly value: string | boolean | undefined;
  readonly isKept: boolean;
  readonly problem: string | undefined;
  readonly onEnter: (value: string | boolean | undefined) => void;
}

export function SettingField(props: SettingFieldProps): JSX.Element {
  const { field, value, isKept, problem, onEnter } = props;
  const { strings } = useConsole();
  const id = useId();
  const { input } = field;
  const control = {
    id,
    name: field.key,
    "aria-describedby": `${id}-help`,
    "aria-invalid": problem !== undefined,
    ...(field.isRequired && !isKept && { "aria-required": true }),
    autocomplete: "off",
    spellcheck: false,
    autocapitalize: "off",
  } as const;
  const about = (
    <div id={`${id}-help`} class="stack tight">
      {field.help !== undefined && (
        <p class="help">
          <ServerText text={field.help} />
        </p>
      )}
      {input.kind === "list" && <p class="help">{strings.form.list}</p>}
      {input.kind === "json" && <p class="help">{strings.form.json}</p>}
      {isKept && <p class="help">{strings.form.secretKept}</p>}
      {problem !== undefined && (
        <p class="problem">
          <Icon name="alert" size={15} />
          <ServerText text={problem} />
        </p>
      )}
    </div>
  );

  if (input.kind === "switch") {
    return (
      <div class="field">
        <div class="check">
          <input
            {...control}
            type="checkbox"
            checked={value === undefined ? field.fallback === true : value === true}
            onChange={(event) => onEnter(event.currentTarget.checked)}
          />
          <label for={id}>{field.label}</label>
        </div>
        {about}
      </div>
    );
  }
  return (
    <div class="field">
      <label for={id}>
        {field.label}
        {!field.isRequired && <span class="optional"> ({strings.optional})</span>}
      </label>
      <Control field={field} value={typeof value === "string" ? value : ""} attributes={control} onEnter={onEnter} />
      {about}
    </div>
  );
}

interface ControlProps {
  readonly field: Field;
  readonly value: string;
  readonly attributes: { readonly id: string; readonly name: string };
  readonly onEnter: (value: string | undefined) => void;
}

function Control({ field, value, attributes, onEnter }: ControlProps): JSX.Element {
  const { strings } = useConsole();
  const [isShown, setShown] = useState(false);
  const { input, isSecret, fallback, example } = field;
  const hint = fallback === undefined ? (example ?? "") : shownOf(fallback);
  if (input.kind === "choice") {
    return (
      <select {...attributes} value={value} onChange={(event) => onEnter(event.currentTarget.value || undefined)}>
        {typeof fallback === "string" ? (
          <option value="">{filled(strings.form.defaultIs, { value: fallback })}</option>
        ) : (
          <option value="">{strings.form.notSet}</option>
        )}
        {input.choices.map((choice) => (
          <option value={choice}>{choice}</option>
        ))}
      </select>
    );
  }
  const isLong = input.kind === "list" || input.kind === "json" || (input.kind === "text" && input.isLong);
  if (isLong) {
    return (
      <textarea
        {...attributes}
        rows={4}
        value={value}
        placeholder={hint}
        onInput={(event) => onEnter(event.currentTarget.value || undefined)}
      />
    );
  }
  const common = { ...attributes, value, placeholder: hint };
  const enter = (event: { readonly currentTarget: HTMLInputElement }) =>
    onEnter(event.currentTarget.value || undefined);
  if (!isSecret) {
    const inputMode = input.kind === "number" ? "numeric" : "text";
    return <input {...common} type="text" inputMode={inputMode} onInput={enter} />;
  }
  return (
    <div class="with-button">
      {isShown ? (
        <input {...common} type="text" onInput={enter} />
      ) : (
        <input {...common} type="password" autocomplete="new-password" onInput={enter} />
      )}
      <Button
        label={`${isShown ? strings.form.hideSecret : strings.form.showSecret}: ${field.label}`}
        onClick={() => setShown(!isShown)}
      >
        {isShown ? strings.form.hideSecret : strings.form.showSecret}
      </Button>
    </div>
  );
}
