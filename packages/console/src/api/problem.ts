/** One thing that is wrong with what was sent, and where. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
  readonly fix?: string;
}

/** An answer of the server that is no success, or none at all. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly problems: readonly FieldProblem[];
  readonly retryAfterSeconds: number | undefined;

  constructor({ status, code, detail, problems = [], retryAfterSeconds }: ProblemFacts) {
    super(detail);
    this.name = "ApiProblem";
    this.status = status;
    this.code = code;
    this.problems = problems;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

interface ProblemFacts {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly problems?: readonly FieldProblem[];
  readonly retryAfterSeconds?: number | undefined;
}

export async function problemOf(response: Response): Promise<ApiProblem> {
  const body = recordOf(await response.json().catch(() => undefined));
  const wait = Number(response.headers.get("retry-after"));
  return new ApiProblem({
    status: response.status,
    code: textOf(body["code"]) ?? "unknown",
    detail: textOf(body["detail"]) ?? textOf(body["title"]) ?? `HTTP ${response.status}`,
    problems: fieldProblemsOf(body["problems"]),
    retryAfterSeconds: wait > 0 ? wait : undefined,
  });
}

/** The server does not answer: no network, or it is down. */
export function unreachable(cause: unknown): ApiProblem {
  const detail = cause instanceof Error ? cause.message : "no answer";
  return new ApiProblem({ status: 0, code: "unreachable", detail });
}

function fieldProblemsOf(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return [];
  return value.map(recordOf).map((each) => {
    const fix = textOf(each["fix"]);
    return { path: textOf(each["path"]) ?? "", message: textOf(each["message"]) ?? "", ...(fix && { fix }) };
  });
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
