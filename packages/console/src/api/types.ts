/** Answers of the server's API, as far as the console reads them. */
export interface Session {
  readonly name: string;
  readonly kind: "token" | "setup_link" | "jwt" | "bearer";
  readonly is_admin: boolean;
  readonly org_id: string | null;
  readonly may_share: boolean;
  readonly csrf_token: string | null;
  readonly expires_at: string | null;
  readonly idle_expires_at: string | null;
}

export interface Connector {
  readonly type: string;
  readonly display_name: string | null;
  readonly guarantee: string | null;
  readonly config_schema: Readonly<Record<string, unknown>> | null;
}

export interface SetupFile {
  readonly name: string;
  readonly content: string;
  readonly filled?: readonly string[];
}

export interface SetupKit {
  readonly guide: string | null;
  readonly files: readonly SetupFile[];
  readonly values: readonly { readonly setting: string; readonly value: unknown }[];
}

export interface SetupLink {
  readonly id: string;
  readonly org_id: string;
  readonly name: string | null;
  readonly created_by: string | null;
  readonly created_at: string;
  readonly expires_at: string;
  readonly last_used_at: string | null;
  readonly uses: number;
  readonly state: "active" | "expired" | "revoked";
}

export interface NewSetupLink extends SetupLink {
  readonly token: string;
  readonly url: string;
}

export type Health = "pending" | "healthy" | "degraded" | "failed";

export interface CheckStep {
  readonly name: string;
  readonly status: "passed" | "failed" | "skipped";
  readonly detail: string;
  readonly fix?: string;
  /** What was asked and answered where the step failed. */
  readonly exchange?: Exchange | null;
}

export interface ExchangeRequest {
  readonly method: string | null;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bytes?: number;
  readonly truncated?: boolean;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly truncated?: boolean;
}

export interface Exchange {
  readonly request: ExchangeRequest;
  readonly answer: ExchangeAnswer | null;
  readonly failure: string | null;
}

export interface TestEvent {
  /** `kind` is null where nothing could be sent. */
  readonly verdict: { readonly kind: string | null; readonly reason?: string | null; readonly fix?: string | null };
  readonly delivered: boolean;
  readonly took_ms: number;
  readonly event: unknown;
  readonly exchanges: readonly Exchange[];
}

export type Settings = Readonly<Record<string, unknown>>;

export interface ConfigDraft {
  readonly connector_type: string;
  readonly name?: string;
  readonly is_enabled?: boolean;
  readonly config: Settings;
  readonly delivery?: Settings;
  readonly filter?: Settings;
}

export interface Config {
  readonly id: string;
  readonly org_id: string;
  readonly connector_type: string;
  readonly name: string | null;
  readonly config: Settings | null;
  readonly config_problem: string | null;
  readonly is_enabled: boolean;
  readonly delivery: Settings;
  readonly filter: Settings;
  readonly version: number;
  readonly delivery_status: string;
}

export interface Silence {
  readonly since: string;
  readonly usual_per_hour: number;
}

export interface OverviewRow {
  readonly id: string;
  readonly name: string | null;
  readonly connector_type: string;
  readonly is_enabled: boolean;
  readonly paused: boolean;
  readonly health: Health;
  readonly reason: string | null;
  readonly fix: string | null;
  readonly since: string | null;
  readonly problem: string | null;
  readonly queued: number;
  readonly oldest_age_seconds: number | null;
  readonly dead_letters_waiting: number;
  readonly delivered: number;
  readonly last_delivery_at: string | null;
  readonly rate_per_minute: number;
  readonly last_hour: readonly number[];
  readonly silence: Silence | null;
}

export interface Counts {
  readonly accepted: number;
  readonly delivered: number;
  readonly filtered: number;
  readonly dead_lettered: number;
  readonly queued: number;
}

export interface Status {
  readonly id: string;
  readonly is_enabled: boolean;
  readonly desired_version: number;
  readonly applied_version: number | null;
  readonly problem: string | null;
  /** One of `Health`, or a text of another server's version. */
  readonly health: string;
  readonly reason: string | null;
  readonly fix: string | null;
  readonly counts: Counts | null;
  readonly queue: { readonly events: number; readonly bytes: number; readonly oldest_age_seconds: number } | null;
  readonly last_delivery_at: string | null;
  readonly last_error: string | null;
  readonly error_since: string | null;
}

export interface Ring {
  readonly step_seconds: number;
  readonly until: string;
  readonly delivered: readonly (number | null)[];
  readonly dead_lettered: readonly (number | null)[];
  readonly queued: readonly (number | null)[];
  readonly latency_p50_seconds: readonly (number | null)[];
  readonly latency_p95_seconds: readonly (number | null)[];
}

export interface Activity {
  /** Null before the first event since the server's start. */
  readonly hour: Ring | null;
  readonly day: Ring | null;
  readonly silence: Silence | null;
}

export interface Attempt {
  readonly at: string;
  readonly took_ms: number;
  readonly events: number;
  readonly bytes: number;
  readonly attempt: number;
  readonly verdict: string;
  readonly reason: string | null;
  readonly exchange: Exchange | null;
}

/** What a filter and redactions would do to recent events. */
export interface FilterPreview {
  readonly looked_at: number;
  readonly passed: number;
  readonly samples: readonly { readonly passed: boolean; readonly event: unknown }[];
}

export interface DeadLetter {
  readonly id: string;
  readonly event_id: string;
  readonly stage: string;
  readonly reason: string;
  readonly attempts: number;
  readonly ambiguous: boolean;
  readonly first_attempt_at: string | null;
  readonly dead_lettered_at: string;
  readonly replayed: boolean;
  readonly event?: unknown;
}

export interface DeadLetterGroup {
  readonly stage: string;
  readonly reason: string;
  readonly reason_part?: string | null;
  readonly count: number;
  readonly oldest_at: string;
  readonly newest_at: string;
  readonly sample_id: string;
}

export interface DeadLetterGroups {
  readonly groups: readonly DeadLetterGroup[];
  readonly total: number;
  readonly others: number;
}

export interface DryRun {
  readonly found: number;
  readonly foreign: number;
  readonly old: number;
  readonly warning: string | null;
}

export interface Replay extends DryRun {
  readonly id: string;
  readonly state: "waiting" | "running" | "complete" | "cancelled" | "stuck" | "failed";
  readonly reason: string | null;
  readonly fix: string | null;
  readonly offered: number;
  readonly settled: number;
  readonly dead_lettered: number;
  readonly invalid: number;
  readonly started_at: string;
  readonly ended_at: string | null;
}

export interface Organisation {
  readonly org_id: string;
  readonly destinations: number;
  readonly failed: number;
  readonly degraded: number;
  readonly health: Health;
  readonly queued: number;
  readonly oldest_age_seconds: number | null;
  readonly dead_letters_waiting: number;
  readonly silent: number;
  /** What needs a person first; null while all are well. */
  readonly worst: {
    readonly name: string | null;
    readonly connector_type: string;
    readonly reason: string | null;
  } | null;
  readonly last_delivery_at: string | null;
}

export interface OrganisationPage {
  readonly organisations: readonly Organisation[];
  readonly next_cursor: string | null;
  readonly total: number;
}

export interface ServerState {
  readonly version: string;
  readonly node: string;
  readonly started_at: string;
  readonly accepted: number;
  readonly queue: { readonly events: number; readonly bytes: number; readonly trouble: string | null };
  readonly destinations: Readonly<Record<Health, number>>;
}

export interface Token {
  readonly id: string;
  readonly name: string | null;
  readonly scope: string;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  readonly revoked_at: string | null;
}

export interface GlobalDestination {
  readonly id: string;
  readonly type: string;
  readonly health: Health;
  readonly since: string;
  readonly reason: string | null;
  readonly fix: string | null;
  readonly counts: { readonly delivered: number; readonly filtered: number };
  readonly queue: { readonly events: number; readonly bytes: number; readonly oldest_age_seconds: number };
  readonly dead_letters_waiting: number;
  readonly last_delivery_at: string | null;
}
