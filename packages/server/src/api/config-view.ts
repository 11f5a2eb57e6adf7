import { checkPassed } from "@arbitex/core";
import type { ConnectorRegistry, DestinationStatus, ShownReport, ShownStep } from "@arbitex/core/host";
import { hideInAdvice, totalOf } from "@arbitex/core/host";
import type { StoredCounts } from "../database/siem-config-status.ts";
import type { Settings, SiemConfig } from "../organisations/configs/siem-config.ts";
import { sumOfCounts } from "../database/siem-config-status.ts";
import type { Running } from "../organisations/tenants/running.ts";
import type { CheckAnswer, ConfigAnswer, StatusAnswer } from "./config-schemas.ts";
import { exchangeAnswerOf } from "./exchange-answer.ts";
import type { Places } from "./secret-places.ts";
import { placesOf } from "./secret-places.ts";
import { hiderOfSettings, maskedSettings, secretsIn } from "./settings-secrets.ts";

/** Settings in plain text; undefined when they cannot be decrypted. */
export function readableSettings({ settings }: SiemConfig): Settings | undefined {
  return isUnreadable(settings) ? undefined : settings;
}

export function unreadableReason({ settings }: SiemConfig): string | null {
  return isUnreadable(settings) ? settings.unreadable : null;
}

function isUnreadable(settings: SiemConfig["settings"]): settings is { readonly unreadable: string } {
  return typeof settings["unreadable"] === "string" && Object.keys(settings).length === 1;
}

/** Where a type's secrets are. When the connector cannot be loaded, all its settings are hidden. */
export async function placesOfType(type: string, registry: ConnectorRegistry): Promise<Places> {
  try {
    return placesOf(await registry.load(type));
  } catch {
    return placesOf(undefined);
  }
}

/** A row as answers show it. */
export function configAnswerOf(config: SiemConfig, places: Places, live: DestinationStatus | undefined): ConfigAnswer {
  const settings = readableSettings(config);
  const secrets = settings === undefined ? [] : [...secretsIn(settings, places).keys()];
  const { status } = config;
  return {
    id: config.id,
    org_id: config.orgId,
    connector_type: config.connectorType,
    name: config.name,
    config: settings === undefined ? null : { ...maskedSettings(settings, places) },
    config_problem: unreadableReason(config),
    secrets: Object.fromEntries(secrets.map((path) => [path, { changed_at: config.secretChanges[path] ?? null }])),
    is_enabled: config.isEnabled,
    delivery: { ...config.delivery },
    filter: { ...config.filter },
    created_at: config.createdAt.toISOString(),
    updated_at: config.updatedAt.toISOString(),
    last_delivery_at: timeText(live?.lastDeliveryAt) ?? timeText(status.lastDeliveryAt),
    delivery_status: live?.health ?? status.deliveryStatus,
    version: config.version,
  };
}

/**
 * State of a row's destination: of the running destination if there is one, else the state stored last. Its texts quote
 * SIEMs and connectors, so stored secrets are masked in them.
 */
export function statusAnswerOf(config: SiemConfig, running: Running, places: Places): StatusAnswer {
  const hide = hiderOfSettings(readableSettings(config) ?? {}, places);
  const hidden = (text: string | null) => (text === null ? null : hide(text));
  const found = foundStatus(config, running);
  const { problem, reason, fix, last_error } = found;
  return {
    ...found,
    problem: hidden(problem),
    reason: hidden(reason),
    fix: fix === null ? null : hideInAdvice(fix, hide),
    last_error: hidden(last_error),
  };
}

function foundStatus(config: SiemConfig, running: Running): StatusAnswer {
  const { id, status } = config;
  const live = running.statusOf(id);
  const common = {
    id,
    is_enabled: config.isEnabled,
    desired_version: config.version,
    applied_version: running.appliedVersion(id) ?? null,
    problem: running.problem(id) ?? unreadableReason(config),
    last_delivery_at: timeText(live?.lastDeliveryAt) ?? timeText(status.lastDeliveryAt),
  };
  if (live === undefined) {
    return {
      ...common,
      health: status.deliveryStatus,
      reason: status.lastError,
      fix: status.fix,
      counts: countsOfAll(config, status.counts),
      queue: null,
      last_error: status.lastError,
      error_since: timeText(status.errorSince),
    };
  }
  const { counts, queued } = live;
  const isWell = live.health === "healthy" || live.health === "pending";
  return {
    ...common,
    health: live.health,
    reason: live.reason ?? null,
    fix: live.fix ?? null,
    counts: countsOfAll(
      config,
      running.countsOf(id) ?? {
        accepted: counts.accepted,
        delivered: counts.delivered,
        filtered: counts.filtered,
        dead_lettered: totalOf(counts.deadLettered),
        queued,
      },
    ),
    queue: { events: queued, bytes: live.queueBytes, oldest_age_seconds: live.oldestEventAgeMs / 1000 },
    last_error: live.lastError ?? status.lastError,
    error_since: isWell ? null : timeText(status.errorSince),
  };
}

/** Counts of all servers together. Every server answers the same, except for the last seconds. */
function countsOfAll({ countsElsewhere = null }: SiemConfig, own: StoredCounts | null): StoredCounts | null {
  const all = [own, countsElsewhere].filter((counts) => counts !== null);
  return all.length === 0 ? null : sumOfCounts(all);
}

export function checkAnswerOf(report: ShownReport, hide: (text: string) => string): CheckAnswer {
  return { passed: checkPassed(report), steps: report.steps.map((step) => stepAnswerOf(step, hide)) };
}

export function stepAnswerOf(
  { name, status, detail, fix, exchange }: ShownStep,
  hide: (text: string) => string,
): CheckAnswer["steps"][number] {
  return {
    name,
    status,
    detail: hide(detail),
    ...(fix !== undefined && { fix: hideInAdvice(fix, hide) }),
    ...(exchange && { exchange: exchangeAnswerOf(exchange) }),
  };
}

function timeText(time: number | Date | null | undefined): string | null {
  return time === null || time === undefined ? null : new Date(time).toISOString();
}
