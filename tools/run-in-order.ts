import { fileURLToPath } from "node:url";
import { unrun } from "unrun";

/**
 * Runs a tool that looks at all algorithms: `unrun tools/run-in-order.ts write-algorithms`.
 *
 * Algorithms are imported by the registry and, each by itself, when they are loaded. In the one file that unrun
 * makes, modules of both kinds are only evaluated before they are used with the strict order.
 */
const [name] = process.argv.slice(2);
await unrun({
  path: fileURLToPath(new URL(`${name}.ts`, import.meta.url)),
  outputOptions: { strictExecutionOrder: true },
});
