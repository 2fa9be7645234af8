import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectEngine, type Engine } from "../engine/client.ts";
import { makeHandlers } from "../engine/handlers.ts";
import type { DiscoverInput } from "../engine/methods/discover.ts";
import type { Port } from "../engine/protocol.ts";
import { serveEngine } from "../engine/serve.ts";
import { builtParts } from "./browser.testing.ts";

/** What a worker of a browser has and one of Node has not: its own port as its global object. */
const AS_IN_A_BROWSER = `
  const { parentPort } = require("node:worker_threads");
  globalThis.postMessage = (message) => parentPort.postMessage(message);
  globalThis.addEventListener = (type, listener) =>
    parentPort.on(type, (data) => listener({ data }));
`;

describe("the built engine of a report", () => {
  let worker: Worker;
  let built: Engine;
  let source: Engine;
  const { port1, port2 } = new MessageChannel();
  beforeAll(async () => {
    const { engine } = await builtParts("report");
    worker = new Worker(`${AS_IN_A_BROWSER}${engine}`, { eval: true });
    built = connectEngine({
      postMessage: (message) => worker.postMessage(message),
      addEventListener: (_, listener) => worker.on("message", (data) => listener({ data })),
    });
    serveEngine(port1 as unknown as Port, makeHandlers());
    source = connectEngine(port2 as unknown as Port);
    port1.start();
    port2.start();
  });
  afterAll(async () => {
    port1.close();
    await worker.terminate();
  });

  it("looks for circuits with every algorithm of the page as its sources do", async () => {
    const algorithms = await built.call("algorithms", undefined);
    expect(algorithms.length).toBeGreaterThan(9);
    for (const { name } of algorithms) {
      const model = { kind: "compiled", case: "3" } as const;
      const quick = name === "edge-pruning" ? { steps: 3 } : {};
      const input: DiscoverInput = { model, algorithm: name, options: quick, seed: 1, size: 20 };
      const [ours, theirs] = await Promise.all([
        source.call("discover", input),
        built.call("discover", input),
      ]);
      expect(theirs).toEqual(ours);
    }
  });
});
