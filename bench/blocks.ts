import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type BackendChoice, openBackend } from "../src/engine/index.node.ts";
import { formatTable } from "../src/report/index.ts";
import { type Blocks, watchBlocks } from "./blocks/watch.ts";
import { PACED_WORKS } from "./blocks/works.ts";
import { rounded } from "./table.ts";

/*
 * How long work keeps the event loop from others: `npm run bench:blocks -- native "train fast 39"`, or all there
 * is without a name, each in a process of its own, where nothing has been compiled yet.
 */

/** What a process answers of one work. */
async function watch(backendName: BackendChoice, name: string): Promise<readonly Blocks[]> {
  const work = PACED_WORKS.find((one) => one.name === name);
  if (work === undefined) throw new Error(`no work is called "${name}"`);
  const backend = await openBackend(backendName);
  try {
    return await watchBlocks((begin) => work.run(backend, begin));
  } finally {
    backend.dispose();
  }
}

async function askProcess(backend: string, name: string): Promise<readonly Blocks[]> {
  const { execPath, execArgv, env } = process;
  const words = [...execArgv, ...COMMAND, backend, name, "--json"];
  const { stdout } = await promisify(execFile)(execPath, words, { env });
  return JSON.parse(stdout) as Blocks[];
}

/** How a process like this one is started. */
const COMMAND = ["node_modules/unrun/dist/cli.mjs", "tools/run-in-order.ts", "../bench/blocks"];

const [backend = "auto", ...words] = process.argv.slice(2);
const names = words.filter((word) => word !== "--json");
if (words.includes("--json")) {
  process.stdout.write(JSON.stringify(await watch(backend as BackendChoice, names[0]!)));
} else {
  const rows: (Blocks & { work: string })[] = [];
  for (const name of names.length > 0 ? names : PACED_WORKS.map((work) => work.name)) {
    process.stderr.write(`${name}\n`);
    for (const blocks of await askProcess(backend, name)) rows.push({ work: name, ...blocks });
  }
  const columns = [
    { heading: "work", value: ({ work }: (typeof rows)[number]) => work },
    { heading: "phase", value: ({ phase }: Blocks) => phase },
    { heading: "longest ms", value: ({ longest }: Blocks) => rounded(longest) },
    { heading: "> 50 ms", value: ({ late }: Blocks) => late },
    { heading: "in all ms", value: ({ total }: Blocks) => rounded(total) },
  ];
  process.stdout.write(formatTable(columns, rows));
}
