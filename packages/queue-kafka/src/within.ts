/** A call that was not answered in time. What became of it is unknown. */
export class NoAnswer extends Error {
  constructor(what: string, ms: number) {
    super(`${what} had no answer within ${ms / 1000} s`);
    this.name = "NoAnswer";
  }
}

/** Bounds the wait for a call, whatever the client does inside. Rejects with `NoAnswer`. */
export async function within<Result>(ms: number, what: string, call: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(what, ms)), ms);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
    // Its later failure is of no interest.
    call.catch(() => undefined);
  }
}
