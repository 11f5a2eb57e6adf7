import { build, install, step } from "./bootstrap.mjs";

install();
build();
step("done: node_modules/.bin/arbitex-siem --help");
