/** One message of a stream of Server-Sent Events. */
export interface StreamMessage {
  readonly event: string;
  readonly data: string;
}

/** Puts the lines of a stream together: `push` takes a line, and gives the message that an empty line ends. */
export function createStreamReader(): { readonly push: (line: string) => StreamMessage | undefined } {
  let event = "message";
  let data: string[] = [];
  return {
    push(line) {
      const text = line.endsWith("\r") ? line.slice(0, -1) : line;
      if (text === "") {
        const message = data.length === 0 ? undefined : { event, data: data.join("\n") };
        event = "message";
        data = [];
        return message;
      }
      const colon = text.indexOf(":");
      const name = colon === -1 ? text : text.slice(0, colon);
      const value = colon === -1 ? "" : text.slice(colon + 1).replace(/^ /, "");
      if (name === "event") event = value;
      if (name === "data") data.push(value);
      return undefined;
    },
  };
}
