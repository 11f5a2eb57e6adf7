import { constants } from "node:fs";
import { access, statfs } from "node:fs/promises";
import type { CheckReport, CheckStep } from "@arbitex/core";
import { checkPassed, lockFolder } from "@arbitex/core";
import { makeFolder, ownFolderOf } from "./trail-folder.ts";
import { verdictOf } from "./verdict.ts";

/** Less free space counts as full: a batch may have 4 MiB. */
const LEAST_ROOM = 8 * 1024 * 1024;

/** Checks the folder without writing an event. Creates a missing folder, as a delivery would. */
export async function checkFolder(path: string, isOurs: boolean): Promise<CheckReport> {
  const report = await lookAt(path);
  return checkPassed(report) ? { steps: [...report.steps, await lockStep(path, isOurs)] } : report;
}

/** Not a failure if another process holds it: it may be the server whose configuration is being checked. */
async function lockStep(path: string, isOurs: boolean): Promise<CheckStep> {
  const name = "lock";
  if (isOurs) return { name, status: "passed", detail: "held by this destination" };
  try {
    await (await lockFolder(ownFolderOf(path))).release();
    return { name, status: "passed", detail: "free" };
  } catch (error) {
    const detail = `${error instanceof Error ? error.message : String(error)} All is well if that is the server itself.`;
    return { name, status: "skipped", detail };
  }
}

async function lookAt(path: string): Promise<CheckReport> {
  try {
    await makeFolder(path);
    await access(path, constants.W_OK | constants.R_OK | constants.X_OK);
  } catch (error) {
    return { steps: [failed("folder", error, path)] };
  }
  const folder: CheckStep = { name: "folder", status: "passed", detail: path };
  try {
    const { bavail, bsize } = await statfs(path);
    const room = bavail * bsize;
    const detail = `${Math.floor(room / 1024 / 1024)} MiB free`;
    if (room >= LEAST_ROOM) return { steps: [folder, { name: "room", status: "passed", detail }] };
    const full = Object.assign(new Error(detail), { code: "ENOSPC" });
    return { steps: [folder, failed("room", full, path)] };
  } catch (error) {
    return { steps: [folder, failed("room", error, path)] };
  }
}

function failed(name: string, error: unknown, path: string): CheckStep {
  const verdict = verdictOf(error, path);
  const detail = "reason" in verdict ? verdict.reason : "";
  return { name, status: "failed", detail, ...("fix" in verdict && verdict.fix !== undefined && { fix: verdict.fix }) };
}
