import type { ApiProblem } from "./problem.ts";
import { problemOf, unreachable } from "./problem.ts";

export interface RequestOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Requests {
  /** The answer's JSON; throws an `ApiProblem`. */
  readonly json: <T>(path: string, options?: RequestOptions) => Promise<T>;
  /** The answer's lines of JSON, each as it arrives. */
  readonly lines: (path: string, options: RequestOptions, onLine: (line: string) => void) => Promise<void>;
}

export interface RequestsOptions {
  /** The server's root, ending with a slash. */
  readonly root: string;
  /** A bearer token for each request, where the embedding page gives one; else the cookie counts. */
  readonly token?: (() => string | Promise<string>) | undefined;
  readonly csrfToken: () => string | null;
  /** The organisation that an operator acts for. */
  readonly orgId: () => string | undefined;
  readonly onProblem: (problem: ApiProblem) => void;
}

/** Requests to the server's API, with whatever signs them in. */
export function createRequests({ root, token, csrfToken, orgId, onProblem }: RequestsOptions): Requests {
  async function ask(path: string, options: RequestOptions): Promise<Response> {
    const { method = "GET", body, query = {}, headers = {}, signal } = options;
    const url = new URL(path, root);
    const acting = orgId();
    if (acting !== undefined && path.startsWith("v1/org/")) url.searchParams.set("org_id", acting);
    for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, `${value}`);
    const csrf = csrfToken();
    const response = await fetch(url, {
      method,
      credentials: token === undefined ? "same-origin" : "omit",
      cache: "no-store",
      headers: {
        accept: "application/json",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(csrf !== null && method !== "GET" && { "x-csrf-token": csrf }),
        ...(token !== undefined && { authorization: `Bearer ${await token()}` }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    }).catch((error: unknown) => {
      if (signal?.aborted === true) throw error;
      throw told(unreachable(error));
    });
    if (!response.ok) throw told(await problemOf(response));
    return response;
  }

  function told(problem: ApiProblem): ApiProblem {
    onProblem(problem);
    return problem;
  }

  return {
    async json(path, options = {}) {
      const response = await ask(path, options);
      return response.status === 204 ? undefined : response.json();
    },
    async lines(path, options, onLine) {
      const response = await ask(path, options);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      if (reader === undefined) return;
      let rest = "";
      for (;;) {
        const { done, value = "" } = await reader.read();
        const parts = (rest + value).split("\n");
        rest = parts.pop() ?? "";
        for (const line of parts) onLine(line);
        if (done) break;
      }
      if (rest !== "") onLine(rest);
    },
  };
}
