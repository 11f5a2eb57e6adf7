import type { JSX } from "preact";
import { useConsole } from "../state/console-context.ts";
import { FieldProblem } from "./field-problem.tsx";
import type { OutgoingPart } from "./outgoing-part.ts";

/** The default, `1.1`, is what events are accepted in. */
const VERSIONS = ["1.5", "1.8"] as const;

/** In which version of OCSF events leave. */
export function VersionChoice({ draft, problems, onChange }: OutgoingPart): JSX.Element {
  const { strings } = useConsole();
  const { outgoing } = strings;
  const { ocsfVersion } = draft;
  return (
    <>
      <h2 id="version-title">{outgoing.format}</h2>
      <div class="field">
        <label for="ocsf-version">{outgoing.ocsfVersion}</label>
        <select
          id="ocsf-version"
          value={ocsfVersion}
          aria-describedby="ocsf-version-help ocsf-version-problem"
          aria-invalid={problems.has("ocsf-version")}
          onChange={(event) => onChange({ ocsfVersion: event.currentTarget.value })}
        >
          <option value="">{outgoing.ocsfAsAccepted}</option>
          {[...new Set([...VERSIONS, ...(ocsfVersion === "" ? [] : [ocsfVersion])])].map((version) => (
            <option value={version}>OCSF {version}</option>
          ))}
        </select>
        <p id="ocsf-version-help" class="help">
          {outgoing.ocsfHelp}
        </p>
        <FieldProblem id="ocsf-version-problem" text={problems.get("ocsf-version")} />
      </div>
    </>
  );
}
