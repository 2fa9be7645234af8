import { fileURLToPath } from "node:url";
import { unrun } from "unrun";

/**
 * Runs a tool, with the arguments behind its name: `unrun tools/run-in-order.ts measure-cases`.
 *
 * Some modules are imported by others, and by themselves when they are needed. In the one file that unrun makes,
 * modules of both kinds are only evaluated before they are used with the strict order.
 */
const [name] = process.argv.splice(2, 1);
await unrun({
  path: fileURLToPath(new URL(`${name}.ts`, import.meta.url)),
  outputOptions: { strictExecutionOrder: true },
});
