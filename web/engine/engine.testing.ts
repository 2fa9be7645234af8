import { readFileSync } from "node:fs";
import { connectEngine } from "./client.ts";
import { makeHandlers } from "./handlers.ts";
import type { ModelFiles } from "./methods/models.ts";
import type { Port } from "./protocol.ts";
import { serveEngine } from "./serve.ts";

/** An engine at the other end of a channel, as a page has it. */
export function engineOf() {
  const { port1, port2 } = new MessageChannel();
  serveEngine(port1 as unknown as Port, makeHandlers());
  const engine = connectEngine(port2 as unknown as Port);
  port1.start();
  port2.start();
  return { engine, close: () => port1.close() };
}

/** A file of a model of the zoo. */
export const zooFile = (folder: string, name: string) =>
  readFileSync(new URL(`../../models/${folder}/${name}`, import.meta.url));

/** The files of a model of the zoo. */
export function zooFiles(folder: string): ModelFiles {
  const fileOf = (name: string) => zooFile(folder, name);
  return {
    name: folder,
    case: folder.split("-")[0],
    config: fileOf("config.json").toString(),
    weights: new Uint8Array(fileOf("model.safetensors")),
    circuit: fileOf("circuit.json").toString(),
  };
}
