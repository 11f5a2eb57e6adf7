import type { ConfigProblem } from "@arbitex/core/host";
import type { HostSettings } from "../config/deployment.ts";
import { wantedDatabase } from "../database/database-choice.ts";
import { isLoopback } from "../http/loopback.ts";
import { kafkaProblems } from "./kafka-problems.ts";
import { messageOf } from "../message-of.ts";
import { parseFernetKeys, WAY_OUT } from "../organisations/secrets/fernet-keys.ts";
import type { ListenAddress } from "./siem-server.ts";

interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  readonly address: ListenAddress;
}

/** Problems beside the destinations that prevent a server from starting. */
export function serverProblems(
  { database, fernetKeys, ingestToken, queue, kafka }: HostSettings,
  { environment, workingFolder, address }: Surroundings,
): readonly ConfigProblem[] {
  const isDatabaseWanted = wantedDatabase(database, workingFolder) !== undefined;
  const isProduction = environment["NODE_ENV"] === "production";
  const problems: ConfigProblem[] = [...kafkaProblems({ queue, kafka, database }, process.versions.node)];
  if (fernetKeys !== undefined) {
    try {
      parseFernetKeys(fernetKeys.reveal());
    } catch (error) {
      // The fix is a field of its own here.
      const message = messageOf(error)
        .replace(/^FERNET_KEY,? /, "")
        .replace(` ${WAY_OUT}`, "");
      problems.push({ path: "FERNET_KEY", message, fix: WAY_OUT });
    }
  } else if (isDatabaseWanted && isProduction) {
    const message = "is not set, and this is production (NODE_ENV): stored settings could not be read after a restart.";
    problems.push({ path: "FERNET_KEY", message, fix: WAY_OUT });
  }
  // With a database, its tokens may be used instead.
  if (!isDatabaseWanted && ingestToken === undefined && !isLoopback(address.host)) {
    problems.push({
      path: "SIEM_INGEST_TOKEN",
      message: `is not set, and the server is to listen on ${address.host}: everyone who reaches it could write audit events.`,
      fix: "Set SIEM_INGEST_TOKEN, for example to the output of openssl rand -hex 32, or listen on 127.0.0.1.",
    });
  }
  return problems;
}
