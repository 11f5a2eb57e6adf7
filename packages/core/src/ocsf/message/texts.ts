/**
 * Sentences of an event, by class and activity. `{fact}` is replaced; a bracketed part is left out if its fact is
 * unknown. `done` follows the actor's name on success, `tried` on failure or an unknown outcome.
 */
export interface ActivityText {
  readonly done: string;
  readonly tried: string;
}

const request = {
  done: "called {operation}[ of {resource}][ at {service}]",
  tried: "call {operation}[ of {resource}][ at {service}]",
};

const account = (done: string, tried: string): ActivityText => ({
  done: `${done} of {target}`,
  tried: `${tried} of {target}`,
});

/** Sentences by class and activity. An activity not listed takes the class's `other`. */
export const activityTexts: Readonly<
  Record<number, { readonly [activityId: number]: ActivityText; readonly other: ActivityText }>
> = {
  6003: { other: request },
  3002: {
    1: { done: "logged on[ to {service}]", tried: "log on[ to {service}]" },
    2: { done: "logged off[ from {service}]", tried: "log off[ from {service}]" },
    3: {
      done: "got an authentication ticket[ from {service}]",
      tried: "get an authentication ticket[ from {service}]",
    },
    4: { done: "got a ticket[ for {service}]", tried: "get a ticket[ for {service}]" },
    5: { done: "renewed a ticket[ for {service}]", tried: "renew a ticket[ for {service}]" },
    other: { done: "passed “{activity}”[ at {service}]", tried: "pass “{activity}”[ at {service}]" },
  },
  3001: {
    1: account("created the account", "create the account"),
    2: account("enabled the account", "enable the account"),
    3: account("changed the password", "change the password"),
    4: account("reset the password", "reset the password"),
    5: account("disabled the account", "disable the account"),
    6: account("deleted the account", "delete the account"),
    7: { done: "gave {role} to {target}", tried: "give {role} to {target}" },
    8: { done: "took {role} from {target}", tried: "take {role} from {target}" },
    9: account("locked the account", "lock the account"),
    10: account("enabled a second factor", "enable a second factor"),
    11: account("disabled a second factor", "disable a second factor"),
    other: {
      done: "made the change “{activity}”[ of {policy}][ of key {credential}] for {target}[ in group {group}]",
      tried: "make the change “{activity}”[ of {policy}][ of key {credential}] for {target}[ in group {group}]",
    },
  },
  3004: {
    1: { done: "created {entity}", tried: "create {entity}" },
    2: { done: "read {entity}", tried: "read {entity}" },
    3: { done: "changed {entity}", tried: "change {entity}" },
    4: { done: "deleted {entity}", tried: "delete {entity}" },
    other: { done: "made the change “{activity}” of {entity}", tried: "make the change “{activity}” of {entity}" },
  },
};

/** Sentence of a finding. */
export const findingText = "{title}[ ({types})][ in the traffic of {who}][ from {address}][, rule {rule}][: {detail}]";

/** Sentence of an event of any other class. */
export const otherActivityText: ActivityText = {
  done: "did “{activity}” ({class})",
  tried: "do “{activity}” ({class})",
};

/** Start and end of the sentence by `status_id`. */
export const outcomeTexts: Readonly<Record<"success" | "failure" | "unknown" | "other", string>> = {
  success: "{who} {done}[ from {address}][ ({detail})]",
  failure: "{who} failed to {tried}[ from {address}][: {why}]",
  unknown: "{who} tried to {tried}[ from {address}], outcome unknown[: {why}]",
  other: "{who} tried to {tried}[ from {address}]: {status}",
};
