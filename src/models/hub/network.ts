import { setTimeout as sleep } from "node:timers/promises";
import { type ErrorDetails, InterpBenchError, reasonOf } from "../../errors/index.ts";
import type { HubSettings } from "./settings.ts";

/** How patient one is. */
export interface Patience {
  /** How often something is tried in all. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; twice as many before each further one. */
  readonly pause: number;
}

export const DEFAULT_PATIENCE: Patience = { attempts: 4, pause: 500 };

/** So many bytes an answer may have: more than any list of files, and than any part of a file asked for. */
const MOST_BYTES = 32 * 2 ** 20;

/** A failure that may pass: no connection, no answer in time, a server that is out of order. */
class PassingFault extends InterpBenchError {
  constructor(message: string, details: ErrorDetails) {
    super("E_HUB", message, { hint: UNREACHABLE, ...details });
  }
}

const UNREACHABLE =
  "Try again where there is a network: what has been downloaded is kept, and models in the cache need none. A copy of the folder can be named instead.";

/** Does something until it succeeds, fails for good, or has failed too often; aborted by the signal. */
export async function patiently<T>(
  work: () => Promise<T>,
  { attempts, pause }: Patience,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      const fault = asFault(error);
      if (!(fault instanceof PassingFault) || attempt >= attempts) throw fault;
    }
    await sleep(pause * 2 ** (attempt - 1), undefined, { signal }).catch(() => {});
  }
}

/** What is no error of ours comes from the connection. */
function asFault(error: unknown): InterpBenchError {
  if (error instanceof InterpBenchError) return error;
  const { cause } = error instanceof Error ? error : {};
  const reason = cause instanceof Error ? cause : error;
  return new PassingFault("the connection to the hub failed", {
    received: reasonOf(reason),
    cause: error,
  });
}

/**
 * `fetch` for the hub's client: fails with `E_HUB` for answers that are none, does not wait for ever,
 * takes no endless answers, and sends the token to the endpoint alone (not to where it redirects).
 */
export function hubFetch(
  { endpoint, token, timeout }: HubSettings,
  signal: AbortSignal,
): typeof fetch {
  const home = new URL(endpoint).origin;
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    const headers = new Headers(init?.headers);
    if (token !== undefined && url.origin === home) headers.set("Authorization", `Bearer ${token}`);
    const watch = watchdog(timeout, url, signal);
    try {
      const response = await fetch(url, { ...init, headers, signal: watch.signal });
      if (!response.ok) throw await refusal(response, url, token !== undefined);
      return watched(response, watch, url);
    } catch (error) {
      watch.stop();
      throw error;
    }
  };
}

interface Watchdog {
  readonly signal: AbortSignal;
  /** Something has come. */
  touch(): void;
  stop(): void;
}

/** Aborts what takes its signal when nothing has come for so long, and when `outer` is aborted. */
function watchdog(timeout: number, url: URL, outer: AbortSignal): Watchdog {
  const controller = new AbortController();
  const late = () =>
    controller.abort(
      new PassingFault("the hub does not answer", {
        at: String(url),
        received: `nothing for ${timeout / 1000} s`,
      }),
    );
  let timer = setTimeout(late, timeout).unref();
  return {
    signal: AbortSignal.any([controller.signal, outer]),
    touch() {
      clearTimeout(timer);
      timer = setTimeout(late, timeout).unref();
    },
    stop: () => clearTimeout(timer),
  };
}

/** The response with its body under the watchdog. */
function watched(response: Response, watch: Watchdog, url: URL): Response {
  const { body, status, statusText, headers } = response;
  if (body === null) {
    watch.stop();
    return response;
  }
  let total = 0;
  const guard = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      watch.touch();
      total += chunk.length;
      if (total > MOST_BYTES) {
        watch.stop();
        controller.error(
          new InterpBenchError("E_HUB", "the hub answers more than was asked for", {
            at: String(url),
            received: `more than ${MOST_BYTES} bytes`,
          }),
        );
      } else controller.enqueue(chunk);
    },
    flush: watch.stop,
  });
  return new Response(body.pipeThrough(guard), { status, statusText, headers });
}

/** The error of an answer that says no. */
async function refusal(response: Response, url: URL, hasToken: boolean): Promise<InterpBenchError> {
  const { status, statusText, headers } = response;
  await response.body?.cancel();
  const why = headers.get("X-Error-Message") ?? statusText;
  const details = { at: String(url), received: `${status} ${why}`.trimEnd() };
  if (status === 401 || status === 403) {
    const hint = hasToken
      ? "Check the name. The token may not be allowed to read it: that of HF_TOKEN, or else of `hf auth login`."
      : "Check the name; what is private or gated needs a token, in HF_TOKEN or by `hf auth login`.";
    return new InterpBenchError("E_HUB", "the hub does not give this to everybody", {
      ...details,
      hint,
    });
  }
  if (status === 404) {
    const hint = "Check the names of repository, folder and revision.";
    return new InterpBenchError("E_HUB", "the hub has no such thing", { ...details, hint });
  }
  if (status === 408 || status === 429 || status >= 500) {
    return new PassingFault("the hub is out of order", details);
  }
  return new InterpBenchError("E_HUB", "the hub refuses to answer", details);
}
