import type { Command } from "commander";
import type { Registration } from "./registration.ts";
export function addDeadLetterCommands(_program: Command, _registration: Registration): void {}
