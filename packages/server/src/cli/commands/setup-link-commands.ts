import { systemClock } from "@arbitex/core/host";
import type { SetupLink } from "../../access/setup-link.ts";
import { linkState, linkText } from "../../access/setup-link.ts";
import type { SetupLinkStore } from "../../access/setup-link-store.ts";
import { createSetupLinkStore } from "../../access/setup-link-store.ts";
import { linkEventOf } from "../../api/link-events.ts";
import { setupLinkAnswerOf, setupUrl } from "../../api/setup-link-answer.ts";
import type { HostSettings } from "../../config/deployment.ts";
import type { Database } from "../../database/database.ts";
import { isUuid } from "../../database/uuid.ts";
import { UsageError } from "../../usage-error.ts";
import type { ExitCode } from "../account/account.ts";
import { audited, commandLineActor } from "../shared/audited.ts";
import type { CommandContext } from "../shared/context.ts";
import { paintOf, printJson, printLines, widthOf } from "../shared/context.ts";
import { momentOf } from "../shared/moment.ts";
import { withTables } from "../shared/with-database.ts";
import { printable } from "../terminal/paint.ts";
import type { Cell } from "../terminal/table.ts";
import { tableLines } from "../terminal/table.ts";

export interface NewLinkOptions {
  readonly org: string;
  readonly name?: string | undefined;
  /** A date, or a time from now. */
  readonly expires: string;
  readonly url?: string | undefined;
}

export function createLink(context: CommandContext, { org, name, expires, url }: NewLinkOptions): Promise<ExitCode> {
  const orgId = organisationOf(org);
  const now = systemClock.now();
  const expiresAt = momentOf(expires, { option: "--expires", now, span: "ahead" });
  if (expiresAt <= now) {
    throw new UsageError(
      `--expires "${expires}" is over already: give a later date, or how long from now, such as 7d.`,
    );
  }
  const given = url === undefined ? undefined : originOf(url);
  const actor = commandLineActor();
  return withTables(context, async (database, settings) => {
    const made = { orgId, name: name ?? null, createdBy: actor.caller.name, expiresAt: new Date(expiresAt) };
    const { token, link } = await audited(database, async (tables) => {
      const result = await storeOf(tables).create(made);
      return { result, event: linkEventOf("created", result.link, actor, now) };
    });
    const address = setupUrl(given ?? settings.console.url ?? ownOrigin(settings), token.reveal());
    if (context.json) printJson(context, { ...setupLinkAnswerOf(link, now), token: token.reveal(), url: address });
    else {
      // Only the link goes to stdout, so that a script can read it.
      printLines(context.terminal.stdout, [address]);
      printLines(context.terminal.stderr, [
        `Link ${link.id} (org:${orgId}) expires ${link.expiresAt.toISOString()}. It is shown this once; only its hash is stored.`,
      ]);
    }
    return 0;
  });
}

export interface ListLinksOptions {
  readonly org?: string | undefined;
}

export function listLinks(context: CommandContext, { org }: ListLinksOptions): Promise<ExitCode> {
  const orgId = org === undefined ? undefined : organisationOf(org);
  return withTables(context, async (database) => {
    const found = await storeOf(database).list(orgId);
    const { stdout } = context.terminal;
    const now = systemClock.now();
    if (context.json) printJson(context, { setup_links: found.map((link) => setupLinkAnswerOf(link, now)) });
    else if (found.length === 0) {
      printLines(stdout, ["There is no set-up link. Make one with: arbitex-siem setup-links create --org <uuid>"]);
    } else {
      const rows = found.map((link) => cellsOf(link, now));
      printLines(stdout, tableLines(COLUMNS, rows, { paint: paintOf(context), width: widthOf(stdout) }));
    }
    return 0;
  });
}

export function revokeLink(context: CommandContext, id: string): Promise<ExitCode> {
  return withTables(context, async (database) => {
    const { link } = await audited(database, async (tables) => {
      const result = await storeOf(tables).revoke(id);
      if (result === undefined)
        throw new UsageError(`There is no set-up link "${id}". See: arbitex-siem setup-links list`);
      const event = linkEventOf("revoked", result.link, commandLineActor(), systemClock.now());
      return { result, event: result.isNew ? event : undefined };
    });
    if (context.json) printJson(context, setupLinkAnswerOf(link, systemClock.now()));
    else printLines(context.terminal.stdout, [`The ${printable(linkText(link))} is revoked. Its sessions have ended.`]);
    return 0;
  });
}

function storeOf(database: Database): SetupLinkStore {
  return createSetupLinkStore({ database, clock: systemClock });
}

function organisationOf(text: string): string {
  if (isUuid(text)) return text.toLowerCase();
  throw new UsageError(`--org "${text}" is no organisation's UUID.`);
}

function originOf(text: string): string {
  if (URL.canParse(text) && /^https?:/.test(text)) return new URL(text).origin;
  throw new UsageError(`--url "${text}" is no address: give scheme and host, such as https://siem.example.com.`);
}

function ownOrigin({ listenHost, listenPort }: HostSettings): string {
  return `http://${listenHost.includes(":") ? `[${listenHost}]` : listenHost}:${listenPort}`;
}

const COLUMNS = [
  { title: "ID" },
  { title: "NAME", shrinkTo: 8 },
  { title: "ORGANISATION" },
  { title: "STATE" },
  { title: "EXPIRES" },
  { title: "USES" },
];

function cellsOf(link: SetupLink, now: number): readonly Cell[] {
  const state = linkState(link, now);
  return [
    link.id,
    printable(link.name ?? ""),
    link.orgId,
    { text: state, style: state === "active" ? "green" : "dim" },
    link.expiresAt.toISOString().slice(0, 16),
    String(link.uses),
  ];
}
