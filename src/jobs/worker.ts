import { parentPort } from "node:worker_threads";
import { jobTasks } from "./workers/job-task.ts";
import { serveOrders } from "./workers/serve.ts";

serveOrders(parentPort!, jobTasks());
