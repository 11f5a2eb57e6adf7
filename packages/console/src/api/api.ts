import type { Requests } from "./requests.ts";
import { isRecord } from "./problem.ts";
import type {
  Activity,
  Attempt,
  CheckStep,
  Config,
  ConfigDraft,
  Connector,
  DeadLetter,
  DeadLetterGroups,
  DryRun,
  FilterPreview,
  GlobalDestination,
  NewSetupLink,
  OrganisationPage,
  OverviewRow,
  Replay,
  ServerState,
  Session,
  Settings,
  SetupKit,
  SetupLink,
  Status,
  TestEvent,
  Token,
} from "./types.ts";

/** Which dead letters are meant. */
export interface Selection {
  readonly ids?: readonly string[];
  readonly stage?: string;
  readonly reason?: string;
  readonly since?: string;
  readonly until?: string;
}

export type Api = ReturnType<typeof createApi>;

const CONFIGS = "v1/org/siem-configs";
const ADMIN = "api/admin/siem";

const configPath = (id: string) => `${CONFIGS}/${encodeURIComponent(id)}`;

export type Destinations = ReturnType<typeof destinationsAt>;

/** What an organisation's destinations and the global ones answer alike. */
function destinationsAt(root: string, { json }: Requests) {
  const pathOf = (id: string) => `${root}/${encodeURIComponent(id)}`;
  const deadLettersOf = (id: string) => `${pathOf(id)}/dead-letters`;
  return {
    activity: (id: string) => json<Activity>(`${pathOf(id)}/activity`),
    attempts: async (id: string) => (await json<{ attempts: Attempt[] }>(`${pathOf(id)}/attempts`)).attempts,
    deadLetterGroups: (id: string) => json<DeadLetterGroups>(`${deadLettersOf(id)}/groups`),
    deadLetters: (id: string, { stage, reason, since, until }: Selection, cursor?: string) =>
      json<{ letters: DeadLetter[]; next_cursor: string | null }>(deadLettersOf(id), {
        query: { stage, reason, since, until, cursor, limit: 20, include: "event" },
      }),
    dryRun: (id: string, selection: Selection) =>
      json<DryRun>(`${deadLettersOf(id)}/replay`, { method: "POST", body: { ...selection, dry_run: true } }),
    replay: (id: string, selection: Selection, rate: number | undefined) =>
      json<Replay>(`${deadLettersOf(id)}/replay`, {
        method: "POST",
        body: { ...selection, ...(rate !== undefined && { rate }) },
      }),
    replays: async (id: string) => (await json<{ replays: Replay[] }>(`${deadLettersOf(id)}/replay`)).replays,
    purge: (id: string, { stage, reason, since, until }: Selection, confirm: string) =>
      json<{ purged: number }>(deadLettersOf(id), {
        method: "DELETE",
        query: { which: "all", stage, reason, since, until, confirm },
      }),
    replayState: (id: string, job: string) => json<Replay>(`${deadLettersOf(id)}/replay/${job}`),
    cancelReplay: (id: string, job: string) => json<Replay>(`${deadLettersOf(id)}/replay/${job}`, { method: "DELETE" }),
  };
}

/** The server's API in the console's words. Everything here may be called by others too: see /openapi.json. */
export function createApi(requests: Requests) {
  const { json, lines } = requests;
  return {
    ...destinationsAt(CONFIGS, requests),
    global: destinationsAt(`${ADMIN}/destinations`, requests),

    signIn: (body: { readonly token: string } | { readonly setup_token: string }) =>
      json<Session>("v1/sign-in", { method: "POST", body }),
    session: () => json<Session>("v1/session"),
    signOut: () => json<undefined>("v1/session", { method: "DELETE" }),

    connectors: async () => (await json<{ connectors: Connector[] }>("v1/org/siem-connectors")).connectors,
    setupKit: (type: string, config: Settings) =>
      json<SetupKit>(`v1/org/siem-connectors/${encodeURIComponent(type)}/setup`, { method: "POST", body: { config } }),

    /** Tests settings, saved ones where `id` is given, and tells each step as soon as it is known. */
    async test(draft: ConfigDraft, id: string | undefined, onStep: (step: CheckStep) => void): Promise<boolean> {
      let passed = false;
      const path = id === undefined ? `${CONFIGS}/test` : `${configPath(id)}/test`;
      const body = id === undefined ? draft : { config: draft.config };
      await lines(path, { method: "POST", body, headers: { accept: "application/x-ndjson" } }, (line) => {
        if (line.trim() === "") return;
        const told: unknown = JSON.parse(line);
        if (!isRecord(told)) return;
        if (isCheckStep(told["step"])) onStep(told["step"]);
        // A server of before answers all at once.
        if (Array.isArray(told["steps"])) for (const step of told["steps"]) if (isCheckStep(step)) onStep(step);
        if (typeof told["passed"] === "boolean") passed = told["passed"];
      });
      return passed;
    },
    testEvent: (draft: ConfigDraft, id?: string) =>
      id === undefined
        ? json<TestEvent>(`${CONFIGS}/test-event`, { method: "POST", body: draft })
        : json<TestEvent>(`${configPath(id)}/test-event`, { method: "POST", body: { config: draft.config } }),

    overview: async () => (await json<{ destinations: OverviewRow[] }>("v1/org/overview")).destinations,
    config: (id: string) => json<Config>(configPath(id)),
    create: (body: ConfigDraft) => json<Config>(CONFIGS, { method: "POST", body }),
    change: (id: string, version: number, body: Partial<ConfigDraft>) =>
      json<Config>(configPath(id), { method: "PATCH", body, headers: { "if-match": `"${version}"` } }),
    remove: (id: string, leftover: "deliver" | "dead-letter") =>
      json<undefined>(configPath(id), { method: "DELETE", query: { leftover } }),
    status: (id: string) => json<Status>(`${configPath(id)}/status`),
    previewFilter: (body: { readonly filter: Settings; readonly redact?: readonly unknown[] }) =>
      json<FilterPreview>("v1/org/filter/preview", { method: "POST", body }),

    setupLinks: async () => (await json<{ setup_links: SetupLink[] }>("v1/org/setup-links")).setup_links,
    createSetupLink: (body: { readonly name?: string; readonly expires_in: string }) =>
      json<NewSetupLink>("v1/org/setup-links", { method: "POST", body }),
    revokeSetupLink: (id: string) =>
      json<SetupLink>(`v1/org/setup-links/${encodeURIComponent(id)}`, { method: "DELETE" }),

    organisations: (query: { readonly search?: string; readonly sort: string; readonly cursor?: string }) =>
      json<OrganisationPage>(`${ADMIN}/organisations`, { query: { ...query, limit: 50 } }),
    allSetupLinks: async () => (await json<{ setup_links: SetupLink[] }>(`${ADMIN}/setup-links`)).setup_links,
    globalDestinations: async () =>
      (await json<{ destinations: GlobalDestination[] }>(`${ADMIN}/destinations`)).destinations,
    globalTestEvent: (id: string) =>
      json<TestEvent>(`${ADMIN}/destinations/${encodeURIComponent(id)}/test-event`, { method: "POST" }),
    globalDestination: (id: string) => json<GlobalDestination>(`${ADMIN}/destinations/${encodeURIComponent(id)}`),
    server: () => json<ServerState>(`${ADMIN}/server`),
    tokens: async () => (await json<{ tokens: Token[] }>(`${ADMIN}/tokens`)).tokens,
    revokeToken: (id: string) => json<Token>(`${ADMIN}/tokens/${encodeURIComponent(id)}`, { method: "DELETE" }),
  };
}

function isCheckStep(value: unknown): value is CheckStep {
  return isRecord(value) && typeof value["name"] === "string" && typeof value["status"] === "string";
}
