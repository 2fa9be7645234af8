import type { ViewState } from "../views/contract.ts";

/** Where in the explorer one is: the words of a path, and what the views keep. */
export interface Address {
  readonly path: readonly string[];
  readonly state: ViewState;
}

/** Why an address means nothing here. */
export interface AddressProblem {
  readonly problem: string;
}

/** The version that addresses are written in. */
const VERSION = "v1";

/** Longest address that is read: what is longer was not written here. */
const MOST = 60_000;

/** An address as the hash of a URL: `#v1/case/3?input=x%2Ca`. The same address gives the same text. */
export function formatAddress({ path, state }: Address): string {
  const query = new URLSearchParams(
    Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1)),
  ).toString();
  return `#${[VERSION, ...path.map(encodeURIComponent)].join("/")}${query === "" ? "" : `?${query}`}`;
}

/** The address of a hash; of no hash the first page. */
export function parseAddress(hash: string): Address | AddressProblem {
  const text = hash.replace(/^#\/?/, "");
  if (text === "") return { path: [], state: {} };
  if (text.length > MOST)
    return { problem: "This link is longer than any that the explorer makes." };
  const [way = "", query = ""] = splitOnce(text, "?");
  const [version, ...words] = way.split("/");
  if (!/^v\d+$/.test(version!)) return { problem: "This link is none of the explorer's." };
  if (version !== VERSION) {
    return { problem: `This link was made by another version of the explorer (${version}).` };
  }
  try {
    const state = Object.fromEntries(new URLSearchParams(query));
    return { path: words.filter((word) => word !== "").map(decodeURIComponent), state };
  } catch {
    return { problem: "This link is damaged." };
  }
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** A state with changes; `undefined` takes a name away. */
export function changedState(
  state: ViewState,
  changes: Readonly<Record<string, string | undefined>>,
): ViewState {
  const merged: [string, string | undefined][] = Object.entries({ ...state, ...changes });
  return Object.fromEntries(
    merged.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
