import { parentPort, workerData } from "node:worker_threads";
import { jobKinds, jobTasks, loadPlugins, pluginKind, serveOrders } from "../jobs/index.ts";
import { withPlugins } from "./plugins.ts";
import { processIo, workingFolder } from "./process.ts";
import { loadRegistry } from "./registry.ts";
import { commandTasks } from "./thread-tasks.ts";

/** What main.ts hands to the threads that it starts on this file. */
interface WorkerData {
  readonly program: string;
  readonly plugins: readonly string[];
}

const { program, plugins: files } = workerData as WorkerData;
const { signal } = new AbortController();
const plugins = await loadPlugins(files, { folder: workingFolder() ?? "", signal });

const { commands } = await withPlugins(await loadRegistry(), plugins);

serveOrders(parentPort!, {
  ...jobTasks([...plugins.map(pluginKind), ...jobKinds]),
  ...commandTasks(commands, (stop) => processIo(program, stop)),
});
