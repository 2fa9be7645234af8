import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { InterpBenchError } from "../../errors/index.ts";

/** How the hub is reached and where its files are kept: plain data. */
export interface HubSettings {
  /** Where the hub is, without a slash at the end. */
  readonly endpoint: string;
  /** The folder that all tools of the hub keep repositories in. */
  readonly cache: string;
  /** Whether nothing may be asked of the network. */
  readonly isOffline: boolean;
  /** Sent to the endpoint and nowhere else. */
  readonly token: string | undefined;
  /** So many milliseconds without a byte are a failure. */
  readonly timeout: number;
}

const DEFAULT_ENDPOINT = "https://huggingface.co";
/** As in `huggingface_hub`. */
const DEFAULT_TIMEOUT_SECONDS = 10;

/**
 * The settings that environment variables say, which mean what they mean to Python's
 * `huggingface_hub`: `HF_ENDPOINT`, `HF_HOME`, `HF_HUB_CACHE` (before `HUGGINGFACE_HUB_CACHE`, before
 * `HF_HOME/hub`, before `XDG_CACHE_HOME/huggingface/hub`), `HF_HUB_OFFLINE`,
 * `HF_HUB_DOWNLOAD_TIMEOUT` (seconds), and for the token `HF_TOKEN` (before `HUGGING_FACE_HUB_TOKEN`, before
 * what `hf auth login` wrote to `HF_TOKEN_PATH`, by default `HF_HOME/token`), unless
 * `HF_HUB_DISABLE_IMPLICIT_TOKEN` is on.
 *
 * `E_HUB` for an endpoint that is no web address, and for a time that is no number above 0.
 */
export function hubSettings(env: Readonly<Record<string, string | undefined>>): HubSettings {
  const given = (name: string) => (env[name] === "" ? undefined : env[name]);
  const home =
    given("HF_HOME") ?? join(given("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "huggingface");
  const cache = given("HF_HUB_CACHE") ?? given("HUGGINGFACE_HUB_CACHE") ?? join(home, "hub");
  const isOn = (name: string) => /^(?:1|on|yes|true)$/i.test(given(name) ?? "");
  const token = isOn("HF_HUB_DISABLE_IMPLICIT_TOKEN")
    ? undefined
    : (cleaned(given("HF_TOKEN")) ??
      cleaned(given("HUGGING_FACE_HUB_TOKEN")) ??
      cleaned(textOf(inHome(given("HF_TOKEN_PATH") ?? join(home, "token")))));
  return {
    endpoint: checkedEndpoint(given("HF_ENDPOINT") ?? DEFAULT_ENDPOINT),
    cache: inHome(cache),
    isOffline: isOn("HF_HUB_OFFLINE"),
    token,
    timeout: 1000 * checkedSeconds(given("HF_HUB_DOWNLOAD_TIMEOUT")),
  };
}

/** A path, which may begin with `~`. */
const inHome = (path: string) => resolve(path.replace(/^~(?=$|[/\\])/, () => homedir()));

/** A token without what editors and shells put around it. */
function cleaned(token: string | undefined): string | undefined {
  const text = token?.trim();
  return text === "" ? undefined : text;
}

/** The text of a file; `undefined` where there is none to be read. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function checkedEndpoint(text: string): string {
  const isAddress = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (isAddress) return text.replace(/\/+$/, "");
  throw new InterpBenchError("E_HUB", "the address of the hub is not valid", {
    at: "HF_ENDPOINT",
    expected: `an address such as ${DEFAULT_ENDPOINT}`,
    received: text,
  });
}

function checkedSeconds(text: string | undefined): number {
  if (text === undefined) return DEFAULT_TIMEOUT_SECONDS;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new InterpBenchError("E_HUB", "the time to wait for the hub is not valid", {
    at: "HF_HUB_DOWNLOAD_TIMEOUT",
    expected: "seconds, a number above 0",
    received: text,
  });
}
