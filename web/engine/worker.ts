import { makeHandlers } from "./handlers.ts";
import type { Port } from "./protocol.ts";
import { serveEngine } from "./serve.ts";

serveEngine(globalThis as unknown as Port, makeHandlers());
