import { z } from "zod";

/** What one request told about the events that it brought, by their positions. */
export type PostResult =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly upTo: number;
      readonly rejected: readonly Rejected[];
    }
  /** The connection broke, or the answer made no sense: any of the events may be safe, or none. */
  | { readonly kind: "unknown"; readonly why: string }
  /** No connection came about, so that nothing was offered. */
  | { readonly kind: "unreachable" };

interface Rejected {
  readonly index: number;
  readonly why: string;
}

const ANSWER_WITHIN_MS = 30_000;

const answerSchema = z.looseObject({
  accepted: z.number().optional(),
  resume_at: z.number().optional(),
  rejected: z
    .array(z.looseObject({ index: z.number(), errors: z.array(z.looseObject({ code: z.string() })) }))
    .optional(),
  code: z.string().optional(),
});

/** Posts events as NDJSON, once. `upTo` is the position below which every event is safe, but for the rejected ones. */
export async function post(origin: string, texts: readonly string[]): Promise<PostResult> {
  try {
    const response = await fetch(`${origin}/v1/events`, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: texts.join("\n"),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const answer = answerSchema.parse(await response.json());
    const rejected = (answer.rejected ?? []).map(({ index, errors }) => ({ index, why: errors[0]?.code ?? "unknown" }));
    if (response.status === 202) return { kind: "answered", status: 202, upTo: texts.length, rejected };
    if (answer.resume_at !== undefined) {
      return { kind: "answered", status: response.status, upTo: answer.resume_at, rejected };
    }
    // Told before the body was looked at.
    if (answer.code === "stopping") return { kind: "answered", status: response.status, upTo: 0, rejected };
    return { kind: "unknown", why: `${response.status} ${answer.code ?? ""}` };
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (cause instanceof Error && "code" in cause && cause.code === "ECONNREFUSED") return { kind: "unreachable" };
    return { kind: "unknown", why: cause instanceof Error ? cause.message : String(error) };
  }
}
