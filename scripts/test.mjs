import { build, install, runTool, step } from "./bootstrap.mjs";

install();
build();
step("checking types of tests");
runTool("tsc", ["-b", "tsconfig.tests.json"]);
step("checking the format");
runTool("biome", ["format"]);
step("linting");
runTool("oxlint", ["--type-aware", "--deny-warnings"]);
step("looking for unused code");
runTool("knip", []);
step("testing");
runTool("vitest", ["run", ...process.argv.slice(2)]);
