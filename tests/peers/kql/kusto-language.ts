import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runInThisContext } from "node:vm";

/** As much of Microsoft's parser as is used. */
interface Kusto {
  readonly Language: {
    readonly KustoCode: { ParseAndAnalyze(text: string, globals: Globals): { GetDiagnostics(): Diagnostics } };
    readonly GlobalState: { readonly Default: Globals };
    readonly Symbols: {
      readonly Symbol: object;
      readonly TableSymbol: { From(schema: string): { WithName(name: string): object } };
      readonly DatabaseSymbol: { readonly ctor: new (name: string, members: object) => object };
    };
  };
}

interface Globals {
  WithDatabase(database: object): Globals;
}

interface Diagnostics {
  readonly Count: number;
  getItem(index: number): { readonly Code: string; readonly Message: string };
}

/** Tables by name: columns by name with their types. */
export type KqlTables = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Microsoft's own parser of KQL: returns what it holds against a query over these tables, names and types included. */
export function kqlProblems(tables: KqlTables): (query: string) => readonly string[] {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve("@kusto/language-service-next"));
  // They are scripts for a page, which leave their names in the global scope.
  for (const name of ["bridge.min.js", "Kusto.Language.Bridge.min.js"])
    runInThisContext(readFileSync(join(folder, name), "utf8"), { filename: name });
  const { Kusto, System } = globalThis as unknown as {
    readonly Kusto: Kusto;
    readonly System: { readonly Array: { init(items: readonly object[], type: object): object } };
  };
  const { KustoCode, GlobalState, Symbols } = Kusto.Language;
  const symbols = Object.entries(tables).map(([name, columns]) => {
    const schema = Object.entries(columns).map(([column, type]) => `['${column}']: ${type}`);
    return Symbols.TableSymbol.From(`(${schema.join(", ")})`).WithName(name);
  });
  const database = new Symbols.DatabaseSymbol.ctor("workspace", System.Array.init(symbols, Symbols.Symbol));
  const globals = GlobalState.Default.WithDatabase(database);
  return (query) => {
    const found = KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
    return Array.from({ length: found.Count }, (_, index) => {
      const { Code, Message } = found.getItem(index);
      return `${Code}: ${Message}`;
    });
  };
}
