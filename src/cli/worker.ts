import { parentPort } from "node:worker_threads";
import { processIo } from "./process.ts";
import { registry } from "./registry.ts";
import { serveOrders } from "./workers/serve.ts";

// The file that threads are started on, as main.ts is that of the process.
serveOrders(parentPort!, registry.commands, processIo);
