import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { InterpBenchError, reasonOf } from "../../errors/index.ts";
import { errorData } from "../../jobs/index.ts";

/** An answer to a request. */
export interface Answer {
  readonly status?: number;
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** What is answered, by method and path without its query; `undefined` where there is nothing. */
export type Answerer = (request: {
  readonly method: string;
  readonly path: string;
  /** The body as JSON, of a request that changes something. */
  readonly json: () => Promise<unknown>;
}) => Answer | undefined | Promise<Answer | undefined>;

/** A server that listens. */
export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** Who may ask: browsers on this machine, for pages of this server. */
const HOST = "127.0.0.1";

/** Bytes of a body: orders are short. */
const MOST_BYTES = 100_000;

/** JSON as an answer. */
export const jsonAnswer = (value: unknown, status = 200): Answer => ({
  status,
  type: "application/json",
  body: JSON.stringify(value),
});

/**
 * Listens on the loopback interface alone, and answers only what a page of this server, or a program on this
 * machine, asks: a request that names another host (as after DNS rebinding) or comes from the page of
 * another origin is refused.
 *
 * `E_OUTPUT` if the port cannot be had; port 0 is any that is free.
 */
export async function listen(port: number, answerer: Answerer): Promise<Listening> {
  // Late: in some versions of Node it brings a WebAssembly program along, which every command would load.
  const { createServer } = await import("node:http");
  const server = createServer((request, response) => {
    void answer(request, response, answerer);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        new InterpBenchError("E_OUTPUT", `cannot listen on port ${port}`, {
          received: cause.code === "EADDRINUSE" ? "a port that is in use" : reasonOf(cause),
          hint: "Choose another one with `port`, or 0 for any that is free.",
          cause,
        }),
      ),
    );
    server.listen(port, HOST, resolve);
  });
  return { url: `http://${HOST}:${portOf(server)}/`, close: () => closed(server) };
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  answerer: Answerer,
): Promise<void> {
  const { status = 200, type, body } = await answerOf(request, answerer);
  response.writeHead(status, {
    "content-type": type,
    connection: "close",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

async function answerOf(request: IncomingMessage, answerer: Answerer): Promise<Answer> {
  const refusal = refusalOf(request);
  if (refusal !== undefined) return jsonAnswer({ error: refusal }, 403);
  try {
    const { pathname } = new URL(request.url ?? "/", `http://${HOST}`);
    const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
    const found = await answerer({
      method,
      path: decoded(pathname) ?? "",
      json: () => jsonOf(request),
    });
    return found ?? jsonAnswer({ error: "there is nothing here" }, 404);
  } catch (error) {
    const isOurs = error instanceof InterpBenchError;
    return jsonAnswer({ error: errorData(error) }, isOurs ? 400 : 500);
  }
}

/** A path as it is meant; `undefined` for one that means nothing. */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** Why a request is refused; `undefined` if it is not. */
function refusalOf({ headers, socket, method }: IncomingMessage): string | undefined {
  const own = [HOST, "localhost"].map((name) => `${name}:${socket.localPort}`);
  if (!own.includes(headers.host ?? "")) return "this server is asked under another name";
  const { origin } = headers;
  if (origin !== undefined && !own.some((host) => origin === `http://${host}`)) {
    return "a page of another origin asks";
  }
  const isReading = method === "GET" || method === "HEAD";
  const type = headers["content-type"];
  if (!isReading && type !== "application/json") return "orders are given as application/json";
  return undefined;
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > MOST_BYTES) {
      throw new InterpBenchError("E_JSON", "the order is too long", {
        expected: `at most ${MOST_BYTES} bytes`,
      });
    }
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch (cause) {
    throw new InterpBenchError("E_JSON", "the order is no JSON", {
      received: reasonOf(cause),
      cause,
    });
  }
}
