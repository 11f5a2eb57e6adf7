import type { ConfigProblem, Destination } from "@arbitex/core/host";
import type { Settings, SiemConfigInput } from "../organisations/configs/siem-config.ts";
import { Refusal } from "../http/problem.ts";
import type { ApiOptions } from "./api-options.ts";
import { placesOfType } from "./config-view.ts";
import type { Places } from "./secret-places.ts";
import { SECRET_MARK } from "./secret-places.ts";
import { hiderOfSettings, keepSecrets, secretsIn } from "./settings-secrets.ts";
import { invalid } from "./validate-request.ts";

export type Deps = Pick<ApiOptions, "destinationOf" | "registry">;

export interface Draft {
  readonly orgId: string;
  readonly now: Date;
}

/** Valid settings, with the times at which their secrets were changed. */
type Checked = Pick<SiemConfigInput, "settings" | "delivery" | "filter" | "secretChanges"> & {
  readonly destination: Destination;
};

export interface Unchecked {
  readonly id: string;
  readonly connectorType: string;
  readonly config: Settings;
  readonly delivery: Settings;
  readonly filter: Settings;
  /** Stored settings, from which masked secrets are restored. Undefined when none are stored. */
  readonly stored: Settings | undefined;
  /** Earlier change times of secrets. */
  readonly before: SiemConfigInput["secretChanges"];
}

/** Validates a whole row with the stored secrets in the place of their masks. Refuses with all problems at once. */
export async function checkedSettings(given: Unchecked, { orgId, now }: Draft, deps: Deps): Promise<Checked> {
  const { id, connectorType, config, delivery, filter, stored = {}, before } = given;
  const places = await placesOfType(connectorType, deps.registry);
  const { settings, kept, missing, moved } = keepSecrets(config, stored, places);
  const result = await deps.destinationOf({ id, orgId, connectorType, settings, delivery, filter });
  const hide = hiderOfSettings(settings, places);
  const found = "problems" in result ? result.problems : [];
  const problems = [
    ...found
      .filter(({ path }) => !missing.some((one) => path === `config.${one}`))
      .map((problem) => withAdvice(hidden(problem, hide), stored, places)),
    ...missing.map(nothingKept),
    ...(moved === undefined || config === stored ? [] : kept.map((path) => sentElsewhere(path, moved))),
  ];
  if ("problems" in result || problems.length > 0) throw new Refusal(invalid(problems));
  const changes = [...secretsIn(settings, places).keys()].flatMap((path) => {
    // For a row written by the platform, the time of a secret's last change is unknown.
    const at = kept.includes(path) ? before[path] : now.toISOString();
    return at === undefined ? [] : [[path, at] as const];
  });
  const { destination } = result;
  return { settings, delivery, filter, secretChanges: Object.fromEntries(changes), destination };
}

/** Masks secrets in a connector's message, which may quote what was sent. */
function hidden({ path, message, fix }: ConfigProblem, hide: (text: string) => string): ConfigProblem {
  return { path, message: hide(message), ...(fix !== undefined && { fix: hide(fix) }) };
}

/** A client that omits a secret probably means to keep it. */
function withAdvice(problem: ConfigProblem, stored: Settings, places: Places): ConfigProblem {
  const isStored = [...secretsIn(stored, places).keys()].some((path) => problem.path === `config.${path}`);
  return isStored ? { ...problem, fix: `Send "${SECRET_MARK}" to keep the stored value, or a new one.` } : problem;
}

function nothingKept(path: string): ConfigProblem {
  const message = `"${SECRET_MARK}" stands for a stored value, and there is none.`;
  return { path: `config.${path}`, message, fix: "Send the value itself." };
}

function sentElsewhere(path: string, moved: string): ConfigProblem {
  return {
    path: `config.${path}`,
    message: `the stored value is not kept, because config.${moved} changes who would receive it.`,
    fix: "Send the value itself together with that change.",
  };
}
