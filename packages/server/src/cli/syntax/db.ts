import type { Command } from "commander";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

export function addDatabaseCommands(program: Command, registration: Registration): void {
  const group = program.command("db").description("the database of organisations' destinations and of access tokens");
  const migrateCommand = group
    .command("migrate")
    .description("make the tables, or bring them to this release; on a table of the platform it adds what is missing")
    .option("--dry-run", "only say what would be run");
  register(migrateCommand, registration, {
    examples: [
      "DATABASE_URL=postgresql://owner:...@db.example.com/arbitex arbitex-siem db migrate",
      "arbitex-siem db migrate --dry-run --json",
    ],
    act: async (context, { dryRun = false }: { readonly dryRun?: boolean }) =>
      (await import("../commands/run-migrate.ts")).runMigrate(context, dryRun),
  });
}
