/** Why an expression is no filter, and where in it. */
export class FilterError extends Error {
  /** Offset of the part at fault. */
  readonly start: number;
  readonly fix: string | undefined;

  constructor(message: string, { start, fix }: { readonly start: number; readonly fix?: string | undefined }) {
    super(message);
    this.start = start;
    this.fix = fix;
  }
}
