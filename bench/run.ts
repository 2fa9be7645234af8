import { formatError } from "../src/errors/index.ts";
import { describeMachine, showMachine } from "./machine.ts";
import { type BenchOptions, helpText, readOptions } from "./options.ts";
import { SECTIONS } from "./sections/index.ts";
import { showTables, type Table } from "./table.ts";

/** How long each comparison takes: enough for a median, short enough for a cup of tea. */
const PACE = { rounds: 5, seconds: 0.05 };

/** `npm run bench`: see `--help`. Progress goes to standard error. */
async function bench({ wantsJson, sections }: BenchOptions): Promise<void> {
  const say = (text: string) => {
    if (!wantsJson) process.stdout.write(`${text}\n`);
  };
  const machine = await describeMachine();
  say(showMachine(machine));
  const results: Record<string, readonly Omit<Table, "text">[]> = {};
  for (const section of sections) {
    const progress = (what: string) => process.stderr.write(`${section.name}: ${what}\n`);
    const tables = await section.run({ pace: PACE, progress });
    say(showTables(tables));
    results[section.name] = tables.map(({ title, rows, notes }) => ({ title, rows, notes }));
  }
  if (wantsJson) process.stdout.write(`${JSON.stringify({ machine, results }, undefined, 2)}\n`);
}

function optionsOrExit(): BenchOptions {
  try {
    return readOptions(process.argv.slice(2), SECTIONS);
  } catch (error) {
    process.stderr.write(`error: ${formatError(error)}\n`);
    process.exit(2);
  }
}

const options = optionsOrExit();
if (options.wantsHelp) process.stdout.write(helpText(SECTIONS));
else await bench(options);
