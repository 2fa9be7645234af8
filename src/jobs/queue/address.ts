import { InterpBenchError } from "../../errors/index.ts";

/** Where a queue is: what connecting needs, and what may be shown of it. */
export interface QueueAddress {
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly db: number;
    readonly username?: string;
    readonly password?: string;
    /** Present for `rediss:`. */
    readonly tls?: Readonly<Record<string, never>>;
  };
  /** The address without user and password. */
  readonly shown: string;
}

const SCHEMES = ["redis:", "rediss:"];
const DEFAULT_PORT = 6379;

/** The address of a queue. `E_QUEUE` for texts that are none, of which nothing is shown: they may hold a password. */
export function queueAddress(text: string): QueueAddress {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url === undefined || url.hostname === "") {
    throw addressError("something else, which is not shown as it may hold a password");
  }
  const { protocol, hostname, port, pathname, search, hash } = url;
  if (!SCHEMES.includes(protocol)) throw addressError(`an address that begins with ${protocol}`);
  if (!/^\/?\d{0,4}$/.test(pathname) || search !== "" || hash !== "") {
    throw addressError("more behind the host than the number of a database");
  }
  const [username, password] = [decoded(url.username), decoded(url.password)];
  const connection = {
    // IPv6 hosts are in brackets.
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? DEFAULT_PORT : Number(port),
    db: Number(pathname.replace("/", "")),
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(protocol === "rediss:" ? { tls: {} } : {}),
  };
  return { connection, shown: `${protocol}//${hostname}:${connection.port}/${connection.db}` };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw addressError("a user or password with a % that is not written as %25");
  }
}

function addressError(received: string): InterpBenchError {
  return new InterpBenchError("E_QUEUE", "this is not the address of a queue", {
    expected:
      "redis://HOST:PORT/DATABASE, or rediss:// for TLS; user and password may stand before the host",
    received,
  });
}
