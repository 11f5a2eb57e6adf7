import { z } from "zod";
import type { ConfigFile } from "./config-file.ts";
import type { DestinationConfig, Naming } from "@arbitex/core/config";
import { destinationSchema, namingUnder, problem, valueAt } from "@arbitex/core/config";
import { configuredDestination, deliverySchema, filterSchema, problemsOf, settingsOf } from "@arbitex/core/host";
import type { ConfigProblem, ConnectorRegistry, Destination } from "@arbitex/core/host";

export interface FileDestinations {
  readonly destinations: readonly Destination[];
  /** All types that the file configures, including those of invalid destinations. */
  readonly types: ReadonlySet<string>;
  readonly problems: readonly ConfigProblem[];
}

/** The file's destinations. Every part of each is validated, whatever is wrong with other parts or destinations. */
export async function fileDestinations(
  entries: readonly unknown[],
  { naming, fromVariables, hidden }: Pick<ConfigFile, "naming" | "fromVariables" | "hidden">,
  registry: ConnectorRegistry,
): Promise<FileDestinations> {
  const destinations: Destination[] = [];
  const problems: ConfigProblem[] = [];
  const types = new Set<string>();
  const first = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const own = namingUnder(naming, ["destinations", index]);
    const { id, type } = named.parse(entry);
    if (type !== undefined) types.add(type);
    const found = await fileDestination(entry, { naming: own, fromVariables, hidden, registry });
    problems.push(...found.problems);
    const other = id === undefined ? undefined : first.get(id);
    if (id !== undefined && other !== undefined) {
      const at = naming.at?.(["destinations", other], "key");
      problems.push(
        problem({
          path: own.name(["id"]),
          message: `two destinations have the id "${id}"${at === undefined ? "" : `: this one, and that of line ${at.line}`}.`,
          fix: "Give each its own.",
          at: own.at?.(["id"], "value"),
        }),
      );
      continue;
    }
    if (id !== undefined) first.set(id, index);
    if (found.destination !== undefined) destinations.push(found.destination);
  }
  return { destinations, types, problems };
}

const named = z
  .looseObject({ id: z.string().optional().catch(undefined), type: z.string().min(1).optional().catch(undefined) })
  .catch({});

/** The part of an entry that its connector needs for validation. */
const draftSchema = z.looseObject({ type: z.string().min(1), config: z.record(z.string(), z.unknown()).nullish() });

interface EntryOptions {
  /** Names the entry's settings. */
  readonly naming: Naming;
  readonly fromVariables: ReadonlySet<string>;
  readonly hidden: ReadonlySet<string>;
  readonly registry: ConnectorRegistry;
}

async function fileDestination(entry: unknown, options: EntryOptions) {
  const { naming, hidden, registry } = options;
  const parsed = destinationSchema.safeParse(entry);
  if (parsed.success) {
    const { destination, problems } = await configuredDestination(parsed.data, { ...options, isOperators: true });
    const place = naming.at?.([], "key");
    const source = place && ({ kind: "file", place } as const);
    return { problems, destination: destination && { ...destination, ...(source !== undefined && { source }) } };
  }
  // The connector validates its settings whether or not the rest is valid.
  const draft = draftOf(entry);
  const keys = draft ? await settingNames(draft.type, registry) : [];
  const judged = draft && withMisplaced(draft, entry, keys);
  const ofConnector = judged ? (await configuredDestination(judged, { ...options, isOperators: true })).problems : [];
  const ofEntry = problemsOf(parsed.error, destinationSchema, { naming, input: entry, hidden, belongs: placeOf(keys) });
  // A missing `config` is reported as its missing settings, which says more.
  const config = naming.name(["config"]);
  const isTold = judged !== draft || ofConnector.some(({ path }) => path.startsWith(`${config}.`));
  return { problems: [...ofEntry.filter(({ path }) => !(isTold && path === config)), ...ofConnector] };
}

function draftOf(entry: unknown): DestinationConfig | undefined {
  const parsed = draftSchema.safeParse(entry);
  return parsed.success ? { id: "draft", type: parsed.data.type, config: parsed.data.config ?? {} } : undefined;
}

/** A setting that is one level too high is not reported as missing too. */
function withMisplaced(draft: DestinationConfig, entry: unknown, keys: readonly string[]): DestinationConfig {
  const misplaced = keys.filter((key) => !(key in destinationSchema.shape)).map((key) => [key, valueAt(entry, [key])]);
  const found = misplaced.filter(([, value]) => value !== undefined);
  return found.length === 0 ? draft : { ...draft, config: { ...Object.fromEntries(found), ...draft.config } };
}

async function settingNames(type: string, registry: ConnectorRegistry): Promise<readonly string[]> {
  try {
    const { configSchema } = await registry.load(type);
    return settingsOf(configSchema).map(({ key }) => key);
  } catch {
    return [];
  }
}

/** Detects a setting that is one level too high. */
function placeOf(configKeys: readonly string[]) {
  const places = [
    { under: "config", keys: configKeys },
    { under: "delivery", keys: Object.keys(deliverySchema.shape) },
    { under: "filter", keys: Object.keys(filterSchema.shape) },
  ];
  return (path: readonly PropertyKey[]): string | undefined => {
    const key = String(path[0]);
    const found = path.length === 1 ? places.find(({ keys }) => keys.includes(key)) : undefined;
    return found && `"${key}" belongs under "${found.under}".`;
  };
}
