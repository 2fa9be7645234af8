import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../src/cli/io.testing.ts";
import { publishedModels, startHub, type TestHub } from "../src/models/hub/server.testing.ts";

/* The commands of docs/experiments.md do something, each in its cheapest form. */

const root = fileURLToPath(new URL("..", import.meta.url));
const page = readFileSync(join(root, "docs/experiments.md"), "utf8");

/** The commands in the last column of the page's tables. */
const COMMANDS = [
  ...new Set([...page.matchAll(/^\|.*\| `([^`|]+)` \|$/gm)].map(([, command]) => command!)),
];

const FEW = "--epochs 1 --num-samples 64 --no-early-stop";
const FAST = `${FEW} --recipe fast --train-pairs 64`;

let cwd: string;
let hub: TestHub;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "experiments-"));
  hub = await startHub({ "cybershiptrooper/InterpBench": publishedModels(["3", "13"]) });
  for (const made of [
    `train iit -i 3 ${FAST}`,
    `train natural -i 3 ${FAST}`,
    `train ioi ${FAST} --validation-pairs 16`,
  ]) {
    await type(made);
  }
}, 60_000);
afterAll(async () => {
  await hub.close();
  rmSync(cwd, { recursive: true });
});

async function type(line: string): Promise<string> {
  const env = { HF_ENDPOINT: hub.endpoint, HF_HOME: join(cwd, "hub") };
  const { exitCode, stdout, stderr } = await run(line.split(" "), { cwd, env });
  expect(exitCode, `${line}\n${stderr}`).toBe(0);
  return stdout;
}

/** The same on less: training and evaluating IOI are planned only, masks are trained for two epochs, inputs are few. */
function cheap(command: string): string {
  if (/^(train|eval ioi)/.test(command)) return `${command} --dry-run`;
  const few = command
    .replace(/--epochs \d+/, "--epochs 2")
    .replace(/ --data-size \d+/, "")
    .replace("LL_MODEL", join(root, "test/fixtures/formats/published/3/ll_model.pth"));
  if (/^(run|eval \w*acdc)\b/.test(few)) return `${few} --data-size 8`;
  return few.startsWith("eval iit") ? `${few} --max-pairs 50` : few;
}

describe("the commands of docs/experiments.md", () => {
  it.each(COMMANDS)("%s", async (command) => {
    expect(await type(cheap(command))).not.toBe("");
  });

  it("are many", () => expect(COMMANDS.length).toBeGreaterThan(25));
});
