import { parentPort, workerData } from "node:worker_threads";
import { jobTasks, serveOrders } from "../jobs/index.ts";
import { processIo } from "./process.ts";
import { registry } from "./registry.ts";
import { commandTasks } from "./thread-tasks.ts";

/** What main.ts hands to the threads that it starts on this file. */
const { program } = workerData as { readonly program: string };

serveOrders(parentPort!, {
  ...jobTasks(),
  ...commandTasks(registry.commands, (signal) => processIo(program, signal)),
});
