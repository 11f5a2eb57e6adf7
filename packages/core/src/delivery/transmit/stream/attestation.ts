/** What a stream's events have around their fingerprints. ASCII, as ids of destinations are. */
export interface Attestation {
  readonly stream: string;
  /** The stream's name as JSON. */
  readonly chain: string;
  readonly before: string;
  readonly behind: string;
}

export function attestationOf(stream: string, isFingerprinted: boolean): Attestation {
  const chain = JSON.stringify(stream);
  const before = `"attestation":{"chain_uid":${chain}`;
  return isFingerprinted
    ? {
        stream,
        chain,
        before: `${before},"fingerprint":{"algorithm":"SHA-256","algorithm_id":3,"value":"`,
        behind: '"}}',
      }
    : { stream, chain, before, behind: "}" };
}
