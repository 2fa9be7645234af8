import { parentPort, workerData } from "node:worker_threads";
import { processIo } from "./process.ts";
import { registry } from "./registry.ts";
import { serveOrders } from "./workers/serve.ts";

/** What main.ts hands to the threads that it starts on this file. */
const { program } = workerData as { readonly program: string };

serveOrders(parentPort!, registry.commands, (signal) => processIo(program, signal));
