import type { Port } from "./protocol.ts";
import { reportHandlers } from "./report-handlers.ts";
import { serveEngine } from "./serve.ts";
import { openState } from "./state.ts";

serveEngine(globalThis as unknown as Port, reportHandlers(openState()));
