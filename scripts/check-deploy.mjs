// Tries all of deploy/ for real: node scripts/check-deploy.mjs [--short] [CHECK…]
// It installs what it uses, from Debian and with Go. `--short` leaves out what takes minutes to make the first time, and says so.
import { build, install, step } from "./bootstrap.mjs";

install();
build();
const { checkChart } = await import("./check-deploy/chart.mjs");
const { checkDashboard } = await import("./check-deploy/dashboard.mjs");
const { checkImage } = await import("./check-deploy/image.mjs");
const { checkRules } = await import("./check-deploy/rules.mjs");
const { checkService } = await import("./check-deploy/service.mjs");
const { checkSeveral } = await import("./check-deploy/several.mjs");
const { checkUnit } = await import("./check-deploy/unit.mjs");
const { Skipped } = await import("./check-deploy/tools.mjs");

/** In this order: the service runs what the image has. */
const checks = {
  unit: checkUnit,
  several: checkSeveral,
  rules: checkRules,
  chart: checkChart,
  dashboard: checkDashboard,
  image: checkImage,
  service: checkService,
};
const words = process.argv.slice(2);
const isShort = words.includes("--short");
const named = words.filter((word) => !word.startsWith("--"));
const unknown = named.find((name) => !(name in checks));
if (unknown !== undefined) {
  console.error(`There is no check "${unknown}": ${Object.keys(checks).join(", ")}.`);
  process.exit(2);
}

const seen = { passed: 0, skipped: 0, failed: 0 };
for (const [name, check] of Object.entries(checks)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const start = Date.now();
  try {
    await check({ isShort });
    seen.passed++;
    step(`deploy: ${name} is good (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  } catch (error) {
    if (error instanceof Skipped) {
      seen.skipped++;
      console.error(`DEPLOY: ${name.toUpperCase()} IS NOT CHECKED: ${error.message}`);
    } else {
      seen.failed++;
      console.error(`deploy: ${name} failed\n${error instanceof Error ? error.stack : error}`);
    }
  }
}
console.log(`deploy: ${seen.passed} good, ${seen.skipped} not checked, ${seen.failed} bad`);
process.exit(seen.failed > 0 ? 1 : 0);
