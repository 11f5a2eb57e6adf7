import { SiemError } from "@arbitex/core";
import { systemClock } from "@arbitex/core/host";
import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../shared/context.ts";
import { load, paintOf, printJson, printLines } from "../shared/context.ts";
import { commandLineActor } from "../shared/audited.ts";
import { withDatabase } from "../shared/with-database.ts";
import { builders, factsOf } from "../../api/audit-facts.ts";
import { createAuditOutbox } from "../../database/audit-outbox.ts";
import type { Database } from "../../database/database.ts";
import { counted, grouped } from "../terminal/numbers.ts";
import { createShareProgress } from "../terminal/share-progress.ts";
import { parseFernetKeys, WAY_OUT } from "../../organisations/secrets/fernet-keys.ts";
import type { RotationAccount } from "../../organisations/secrets/rotate-secrets.ts";
import { countLeft, foreseeRotation, rotateSecrets } from "../../organisations/secrets/rotate-secrets.ts";
import type { SettingsCipher } from "../../organisations/secrets/encrypted-settings.ts";
import { createSettingsCipher } from "../../organisations/secrets/encrypted-settings.ts";

/** Encrypts all stored settings with the first key of `FERNET_KEY`. */
export async function runRotate(context: CommandContext, isDryRun: boolean): Promise<ExitCode> {
  const { settings } = await load(context);
  if (settings.fernetKeys === undefined) throw new SiemError("SIEM_FERNET_KEY", `FERNET_KEY is not set. ${WAY_OUT}`);
  const cipher = createSettingsCipher({ keys: parseFernetKeys(settings.fernetKeys.reveal()), now: systemClock.now });
  return withDatabase<ExitCode>(context, settings, async (database) => {
    const account = await (isDryRun ? foreseeRotation(database, cipher) : rotateVisibly(context, database, cipher));
    const left = await countLeft(database, cipher);
    const { rotated, upgraded, unreadable } = account;
    if (!isDryRun && rotated + upgraded > 0) await tellOfRotation(database, rotated + upgraded);
    if (context.json) {
      const rows = unreadable.map(({ id, orgId, reason }) => ({ id, org_id: orgId, reason }));
      printJson(context, { dry_run: isDryRun, key_id: cipher.keyId, rotated, upgraded, unreadable: rows, left });
    } else printLines(context.terminal.stdout, accountLines(context, account, left, isDryRun));
    const isDone = isDryRun || left === unreadable.length;
    return unreadable.length === 0 && isDone ? 0 : 1;
  });
}

function tellOfRotation(database: Database, rows: number): Promise<void> {
  const event = builders.entityManagement({
    ...factsOf(undefined, commandLineActor(), systemClock.now()),
    activityName: "Rotate keys",
    entity: { name: "Encryption of stored settings", type: "SIEM configurations" },
    message: `${counted(rows, "SIEM configuration was", "SIEM configurations were")} encrypted with another key.`,
  });
  return createAuditOutbox({ database, clock: systemClock }).add(event);
}

/** Shows progress. Ctrl-C ends the rotation after the row under way. */
async function rotateVisibly(
  context: CommandContext,
  database: Database,
  cipher: SettingsCipher,
): Promise<RotationAccount> {
  const { terminal } = context;
  const total = await countLeft(database, cipher);
  const progress = createShareProgress(terminal.stderr, paintOf(context, terminal.stderr));
  const ending = new AbortController();
  const unwatch = terminal.onSignal(() => ending.abort());
  try {
    return await rotateSecrets({
      database,
      cipher,
      clock: systemClock,
      signal: ending.signal,
      onProgress({ rotated, upgraded, unreadable }) {
        const done = rotated + upgraded + unreadable.length;
        progress.update(done / total, `${grouped(done)} of ${counted(total, "row")}`);
      },
    });
  } finally {
    unwatch();
    progress.end();
  }
}

function accountLines(
  context: CommandContext,
  { rotated, upgraded, unreadable }: RotationAccount,
  left: number,
  isDryRun: boolean,
): string[] {
  const paint = paintOf(context);
  const others = left - unreadable.length;
  const verb = isDryRun ? "would be encrypted anew (nothing was, this is a dry run)" : "encrypted anew";
  return [
    `${counted(rotated + upgraded, "row")} ${verb}, ${grouped(upgraded)} of them bound to their place for the first time.`,
    ...unreadable.flatMap(({ id, orgId, reason }) => [
      paint("red", `✗ ${id} of organisation ${orgId} stays as it is:`),
      `  ${paint("cyan", "→")} ${reason}`,
    ]),
    ...(isDryRun || others <= 0
      ? []
      : [paint("yellow", `${counted(others, "row")} left, in use or written meanwhile. Run it again.`)]),
    ...(!isDryRun && left === 0 ? [paint("green", "Nothing is left: older keys may be taken out of FERNET_KEY.")] : []),
  ];
}
