import type { Files } from "./sample-package.ts";

/** Makes another package of one. */
export type Mutation = (files: Files) => Files;

const MODULE = "dist/index.js";
const SIMULATOR = "dist/simulator.js";

/** One text of a file replaced. Fails where the file does not have it, so that no mutation is idle. */
export function replacing(path: string, from: string, to: string): Mutation {
  return (files) => {
    const before = files[path] ?? "";
    if (!before.includes(from)) throw new Error(`${path} of the sample has no ${from}`);
    return { ...files, [path]: before.replaceAll(from, to) };
  };
}

export const inModule = (from: string, to: string) => replacing(MODULE, from, to);
export const inSimulator = (from: string, to: string) => replacing(SIMULATOR, from, to);

export function adding(path: string, text: string): Mutation {
  return (files) => ({ ...files, [path]: text });
}

export function without(path: string): Mutation {
  return (files) => Object.fromEntries(Object.entries(files).filter(([name]) => name !== path));
}

/** A field of package.json with another value, or none; one inside another is written `a.b`. */
export function manifesting(path: string, value?: unknown): Mutation {
  return (files) => {
    const manifest = JSON.parse(files["package.json"] ?? "{}");
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    const target = keys.reduce((inside, key) => (inside[key] ??= {}), manifest);
    if (value === undefined) delete target[last];
    else target[last] = value;
    return { ...files, "package.json": JSON.stringify(manifest) };
  };
}

/** A statement before the module's own. */
export function importing(statement: string): Mutation {
  return (files) => ({ ...files, [MODULE]: `${files[MODULE] ?? ""}\n${statement}\n` });
}

/** The connector with some of its members replaced; `good` is the one of the sample. */
export function declaring(members: string): Mutation {
  return (files) => ({
    ...inModule("export default defineConnector(", "const good = defineConnector(")(files),
    [MODULE]: `${(files[MODULE] ?? "").replace("export default", "const good =")}\nexport default { ...good, ${members} };\n`,
  });
}

/** The same with members of its sink; `sink` is the one of the sample. */
export function sinking(members: string, beforehand = ""): Mutation {
  return declaring(
    `async open(config, context) { ${beforehand}; const sink = await good.open(config, context); return { ...sink, ${members} }; }`,
  );
}

/** Another setting beside those of the sample. */
export function setting(declaration: string): Mutation {
  return inModule("token: secret(", `${declaration},\n    token: secret(`);
}

/** Another verdict for a reply to which a condition applies; `verdict` is the one of the sample. */
export function classifying(condition: string, instead: string): Mutation {
  return inModule(
    "classify: (reply) => classifyStatus(reply, context.now())",
    `classify: (reply) => { const verdict = classifyStatus(reply, context.now()); return ${condition} ? ${instead} : verdict; }`,
  );
}

export function all(...mutations: readonly Mutation[]): Mutation {
  return (files) => mutations.reduce((result, mutation) => mutation(result), files);
}
