// The programmatic interface of `arbitex-testkit verify`.
export type { InstalledPackage } from "./installed-package.ts";
export { findPackage } from "./installed-package.ts";
export type { CheckResult } from "./run-checks.ts";
export { runChecks } from "./run-checks.ts";
export { checksOfPackage } from "./verify-package.ts";
