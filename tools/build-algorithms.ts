import { fileURLToPath } from "node:url";
import { unrun } from "unrun";

/**
 * Algorithms are imported by the registry and, each by itself, when they are loaded. In the one file that unrun
 * makes, modules of both kinds are only evaluated before they are used with the strict order.
 */
await unrun({
  path: fileURLToPath(new URL("write-algorithms.ts", import.meta.url)),
  outputOptions: { strictExecutionOrder: true },
});
