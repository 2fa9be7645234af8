import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Redis } from "ioredis";

/** The server, if it is installed. */
export const redisServer = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin"]
  .map((folder) => join(folder, "redis-server"))
  .find((path) => existsSync(path));

/** A Redis of one's own, which keeps nothing on disk. */
export interface TestRedis {
  readonly url: string;
  /** Ends it as a failing machine would, with all that it holds. */
  kill(): Promise<void>;
  /** Starts it, empty, at the same port, and waits until it answers. */
  start(): Promise<void>;
  /** Runs commands on it. */
  use<T>(work: (redis: Redis) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/** A Redis on a free port of this machine, in a folder of its own; it is started. */
export async function testRedis(): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), "redis-"));
  const port = await freePort();
  let server: ChildProcess | undefined;
  const kill = async () => {
    const ended = new Promise((resolve) => server?.once("exit", resolve) ?? resolve(undefined));
    server?.kill("SIGKILL");
    await ended;
    server = undefined;
  };
  const use = async <T>(work: (redis: Redis) => Promise<T>): Promise<T> => {
    const redis = new Redis({ host: "127.0.0.1", port, retryStrategy: () => 20 });
    redis.on("error", () => {});
    try {
      return await work(redis);
    } finally {
      redis.disconnect();
    }
  };
  const start = async () => {
    const place = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder];
    const options = [...place, "--save", "", "--appendonly", "no"];
    server = spawn(redisServer!, options, { stdio: "ignore" });
    await use((redis) => redis.ping());
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    use,
    async stop() {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
