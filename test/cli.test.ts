import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { defineCommand } from "../src/cli/command.ts";
import { echoCommands } from "../src/cli/commands.testing.ts";
import { runWith } from "../src/cli/io.testing.ts";

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/cli/${name}`, import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cli-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The options a command line ends up with. */
async function optionsOf(line: string): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await runWith(echoCommands, [...line.split(" "), "--json"]);
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  return JSON.parse(stdout).options;
}

/** The exit code and the error text of a command line. */
async function errorOf(...line: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runWith(echoCommands, line);
  expect(stdout).toBe("");
  return `${exitCode} ${stderr.trimEnd()}`;
}

describe("the command line", () => {
  it("shows its help without arguments, and a command's with --help or help", async () => {
    const none = await runWith(echoCommands, []);
    expect(none.exitCode).toBe(0);
    await expect(none.stdout).toMatchFileSnapshot(fixture("help.txt"));
    const leaf = await runWith(echoCommands, ["train", "iit", "--help"]);
    await expect(leaf.stdout).toMatchFileSnapshot(fixture("help-train-iit.txt"));
    expect((await runWith(echoCommands, ["help", "train", "iit"])).stdout).toBe(leaf.stdout);
    const eap = await runWith(echoCommands, ["run", "eap", "--help"]);
    await expect(eap.stdout).toMatchFileSnapshot(fixture("help-run-eap.txt"));
    const group = await runWith(echoCommands, ["run", "--help"]);
    expect(group.stdout).toContain("run acdc");
    expect(group.stdout).not.toContain("train iit");
  });

  it("says its version", async () => {
    expect((await runWith(echoCommands, ["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("leaves the recipe open where nothing is given, and fills in everything else", async () => {
    expect(await optionsOf("train iit")).toEqual({
      recipe: "fast",
      sameSize: false,
      numSamples: 120_000,
      outputDir: "results",
      seed: 1234,
      force: false,
      dryRun: false,
      backend: "auto",
      threads: 0,
    });
  });

  it("understands the command of the original's README", async () => {
    const options = await optionsOf("train iit -i 3 --epochs 30 -s 0.4 -iit 1 -b 1 --early-stop");
    expect(options).toMatchObject({
      indices: ["3"],
      epochs: 30,
      strictWeight: 0.4,
      earlyStop: true,
    });
  });

  it.each([
    ["train iit -iit=0 -b 1 -s 0", { iitWeight: 0, strictWeight: 0 }],
    ["train iit --iit_weight 2 --behavior_weight=3", { iitWeight: 2, behaviorWeight: 3 }],
    ["train iit -single-loss -lr 1e-2", { singleLoss: true, learningRate: 0.01 }],
    ["train iit --use_single_loss --lr .1", { singleLoss: true, learningRate: 0.1 }],
    ["train iit --lr-scheduler=", { learningRateSchedule: "constant" }],
    ["train iit --early-stop-accuracy-threshold 99", { earlyStopAccuracy: 99 }],
    ["train iit --no-early-stop", { earlyStop: false }],
    ["train iit --backprop-on-cache", { sourceGradient: true }],
    ["train iit --source-gradient --joint=false", { sourceGradient: true, joint: false }],
    ["train iit --early-stop=false", { earlyStop: false }],
    [
      "train iit --scheduler-val-metric val/accuracy val/IIA --epochs 1",
      { scheduleMetrics: ["accuracy", "iia"], epochs: 1 },
    ],
    [
      "train iit --scheduler-val-metric val/accuracy,val/strict_accuracy",
      { scheduleMetrics: ["accuracy", "strictAccuracy"] },
    ],
    ["train iit -i 3,4,ioi -o out", { indices: ["3", "4", "ioi"], outputDir: "out" }],
    ["train iit -i3 -s0.5", { indices: ["3"], strictWeight: 0.5 }],
    [
      "run acdc -t 1e-5 -w 510 --torch-num-threads 2",
      { threshold: 1e-5, siitWeights: "510", threads: 2 },
    ],
    ["run acdc --threshold -1", { threshold: -1 }],
    ["run acdc --shuffle-seed 5", { shuffleSeed: 5, seed: 1234 }],
    [
      "run eap --abs-val-threshold --normalize-scores --regression-loss-fn mse",
      { absolute: true, normalize: true, regressionLossFn: "mse" },
    ],
    [
      "run eap --edge-count 10 --integrated-grad-steps 5 --interp-bench",
      { edgeCount: 10, integratedGradSteps: 5, interpBench: true },
    ],
    ["eval iit -m 0", { mean: false }],
    ["eval iit --mean 1 --max-len 100", { mean: true, maxLen: 100 }],
    ["eval iit -m --no-tracr", { mean: true, tracr: false }],
    [
      "greet Ada Bob Cleo --validation-iia .25",
      { name: "Ada", others: ["Bob", "Cleo"], validationIIA: 0.25 },
    ],
    ["greet -- --odd", { name: "--odd" }],
    ["train iit --epochs 2 --epochs 2", { epochs: 2 }],
    ["train iit --no-early-stop --early-stop=0", { earlyStop: false }],
    ["train iit 3 5-7", { indices: ["3", "5-7"] }],
    ["run acdc -i 3 4,5 --tracr", { indices: ["3", "4", "5"], tracr: true }],
    ["eval iit -m 0 3", { indices: ["3"], mean: false }],
    ["train iit -i 3 -i 4,5", { indices: ["3", "4", "5"] }],
  ])("reads %s", async (line, expected) => {
    // "--json" is appended, which "--" would turn into an argument.
    const words = line.includes("--odd")
      ? line.replace("greet", "greet --json").split(" ")
      : [...line.split(" "), "--json"];
    const { stdout, stderr } = await runWith(echoCommands, words);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout).options).toMatchObject(expected);
  });

  it("warns about the original's flags that have no effect, and refuses those that would change results", async () => {
    const { exitCode, stderr } = await runWith(
      echoCommands,
      "run acdc --device cuda -wandb --names-mode normal --tracr".split(" "),
    );
    expect(exitCode).toBe(0);
    expect(stderr.split("\n")).toEqual([
      "warning: --device has no effect: everything runs on the processor; see --backend",
      "warning: -wandb has no effect: results are files in the output folder; no tracking service is used",
      "warning: --names-mode has no effect: the original ignores it too",
      "",
    ]);
    expect(await errorOf("run", "acdc", "--load-from-wandb")).toBe(
      "2 error: E_FLAG: --load-from-wandb is not supported. Name the model with --model: the folder of one.",
    );
  });
});

describe("wrong usage exits with 2 and one paragraph", () => {
  it.each([
    [
      ["trian", "iit"],
      'E_COMMAND: no command "trian iit". Did you mean "train iit" or "eval iit"?',
    ],
    [["acdc"], 'E_COMMAND: no command "acdc". Did you mean "run acdc"?'],
    [["run", "acdcc"], 'E_COMMAND: no command "run acdcc". Did you mean "run acdc"?'],
    [
      ["run"],
      'E_COMMAND: "run" needs to know what — expected acdc, eap. See "interpbench run --help".',
    ],
    [
      ["export", "runs"],
      'E_COMMAND: "export" is not offered yet. Model folders hold safetensors and circuit.json as they are. See docs/not-yet.md of the package.',
    ],
    [
      ["run", "constructor"],
      'E_COMMAND: no command "run constructor" — expected acdc, eap. See "interpbench run --help".',
    ],
    [
      ["--"],
      'E_COMMAND: a command is missing. The command comes first, then its flags. See "interpbench --help".',
    ],
    [
      ["--", "run", "acdc"],
      'E_COMMAND: a command is missing. The command comes first, then its flags. See "interpbench --help".',
    ],
    [
      ["--log", "plain", "run", "acdc"],
      'E_COMMAND: a command is missing before --log. The command comes first, then its flags. See "interpbench --help".',
    ],
    [
      ["train", "iit", "--epohcs", "30"],
      'E_FLAG: no flag "--epohcs". Did you mean "--epochs" or "--force"?',
    ],
    [["train", "iit", "-itt", "1"], 'E_FLAG: no flag "-itt". Did you mean "-iit" or "-i"?'],
    [["--jsn"], 'E_FLAG: no flag "--jsn". Did you mean "--json"?'],
    [
      ["train", "iit", "--epochs"],
      'E_FLAG: --epochs needs a value. See "interpbench train iit --help".',
    ],
    [
      ["once", "3", "4"],
      'E_ARGUMENT: there are too many arguments — expected at most 1 — received 3 4. See "interpbench once --help".',
    ],
    [["greet"], 'E_ARGUMENT: the argument name is missing. See "interpbench greet --help".'],
    [
      ["train", "iit", "--epochs", "many"],
      'E_VALUE: a value is not valid (at --epochs) — expected a number — received "many"',
    ],
    [
      ["train", "iit", "--epochs", "2.5"],
      "E_VALUE: a value is not valid (at --epochs) — expected an integer — received 2.5",
    ],
    [
      ["train", "iit", "-b", "-1"],
      "E_VALUE: a value is not valid (at --behavior-weight) — expected at least 0 — received -1",
    ],
    [
      ["train", "iit", "--threads", "-1"],
      "E_VALUE: a value is not valid (at --threads) — expected at least 0 — received -1",
    ],
    [
      ["train", "iit", "--threads", "257"],
      "E_VALUE: a value is not valid (at --threads) — expected at most 256 — received 257",
    ],
    [
      ["train", "iit", "--threads", "1.5"],
      "E_VALUE: a value is not valid (at --threads) — expected an integer — received 1.5",
    ],
    [
      ["train", "iit", "--threads", "abc"],
      'E_VALUE: a value is not valid (at --threads) — expected a number — received "abc"',
    ],
    [
      ["train", "iit", "--backend", "nativ"],
      'E_VALUE: a value is not valid (at --backend) — expected one of "auto", "native", "wasm", "reference" — received "nativ". Did you mean "native"?',
    ],
    [
      ["train", "iit", "--backend", "zzzzzzz"],
      'E_VALUE: a value is not valid (at --backend) — expected one of "auto", "native", "wasm", "reference" — received "zzzzzzz"',
    ],
    ...["constructor", "__proto__", "toString", "hasOwnProperty"].map(
      (name): [string[], string] => [
        ["run", "eap", `--loss=${name}`],
        `E_VALUE: a value is not valid (at --loss) — expected one of "kl_div", "avg_diff", "mae", "mse" — received "${name}"`,
      ],
    ),
    [
      ["train", "iit", "--early-stop=constructor"],
      'E_VALUE: a value is not valid (at --early-stop) — expected true or false — received "constructor"',
    ],
    [
      ["train", "iit", "--early-stop", "--no-early-stop"],
      "E_FLAG: --early-stop is switched on and off",
    ],
    [
      ["train", "iit", "--epochs", "1", "--epochs", "2"],
      "E_FLAG: --epochs is given twice — expected one value — received 1 and 2",
    ],
    ...["", " ", ",", " , "].map((text): [string[], string] => [
      ["train", "iit", "-i", text],
      `E_VALUE: a value is not valid (at --indices) — expected at least one item — received "${text}"`,
    ]),
    [
      ["run", "acdc", "--model", ""],
      'E_VALUE: a value is not valid (at --model) — expected a text that is not empty — received ""',
    ],
    [
      ["train", "iit", "--epochs", "1e999"],
      'E_VALUE: a value is not valid (at --epochs) — expected a finite number — received "1e999"',
    ],
    [
      ["train", "iit", "--backend", "x".repeat(100_000)],
      `E_VALUE: a value is not valid (at --backend) — expected one of "auto", "native", "wasm", "reference" — received "${"x".repeat(80)}"… (100000 characters)`,
    ],
    [
      ["train", "iit", `--${"x".repeat(100_000)}=1`],
      `E_FLAG: no flag "--${"x".repeat(78)}…". See "interpbench train iit --help".`,
    ],
    [
      ["train", "iit", "--set", "epochs=1", "--set", "epochs=2"],
      "E_FLAG: --epochs is given twice (at --set epochs=2). Set it once.",
    ],
    [
      ["run", "acdc", "--data-size", "1e15"],
      "E_VALUE: a value is not valid (at --data-size) — expected at most 1000000 — received 1000000000000000",
    ],
    [
      ["eval", "iit", "--max-len", "1e12"],
      "E_VALUE: a value is not valid (at --max-len) — expected at most 1000000 — received 1000000000000",
    ],
    [
      ["eval", "iit", "--max-pairs", "1e15"],
      "E_VALUE: a value is not valid (at --max-pairs) — expected at most 400000000 — received 1000000000000000",
    ],
    [
      ["train", "iit", "--set", "epochs"],
      'E_VALUE: a setting has no value (at --set epochs) — expected key=value — received "epochs"',
    ],
    [
      ["train", "iit", "--set", "epohcs=3"],
      'E_KEY: no option "epohcs" (at --set epohcs=3). Did you mean "epochs"?',
    ],
    [
      ["train", "iit", "--set", "epochs=3", "--epochs", "4"],
      "E_FLAG: --epochs is given twice (at --set epochs=3). Give the flag or --set, not both.",
    ],
    [
      ["train", "iit", "--set", "epochs=x"],
      'E_VALUE: a value is not valid (at --set epochs=x) — expected a number — received "x"',
    ],
  ])("%j", async (line, message) => {
    expect(await errorOf(...line)).toBe(`2 error: ${message}`);
  });

  it("as a JSON document with --json", async () => {
    const { exitCode, stdout } = await runWith(echoCommands, ["run", "acdc", "-t", "x", "--json"]);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      schema: "interpbench/error@1",
      code: "E_VALUE",
      message: "a value is not valid",
      expected: "a number",
      received: '"x"',
      at: "--threshold",
      hint: null,
    });
  });
});

describe("--config and --set", () => {
  const config = (content: unknown) => {
    const file = join(folder, "config.json");
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };

  it("have the keys of the schema; flags and --set win over the file", async () => {
    const file = config({ epochs: 5, "batch-size": 64, learningRate: 0.5, indices: ["4"] });
    const options = await optionsOf(`train iit --config ${file} --lr 0.1 --set batch_size=32`);
    expect(options).toMatchObject({ epochs: 5, batchSize: 32, learningRate: 0.1, indices: ["4"] });
  });

  it("take a number where a text or a list is meant, a list for one item, and flags' other names", async () => {
    const indicesOf = async (indices: unknown) =>
      (await optionsOf(`train iit --config ${config({ indices })}`)).indices;
    expect(await indicesOf(3)).toEqual(["3"]);
    expect(await indicesOf("3,4")).toEqual(["3", "4"]);
    expect(await indicesOf([3, "4"])).toEqual(["3", "4"]);
    const file = config({ lr: 0.5, i: 7 });
    expect(await optionsOf(`train iit --config ${file} --set iit=2`)).toMatchObject({
      learningRate: 0.5,
      indices: ["7"],
      iitWeight: 2,
    });
  });

  it("keep commas of a setting together", async () => {
    expect(await optionsOf("train iit --set indices=3,4 --set epochs=1")).toMatchObject({
      indices: ["3", "4"],
      epochs: 1,
    });
  });

  it.each([
    [{ epohcs: 5 }, 'E_KEY: no option "epohcs" (at FILE). Did you mean "epochs"?'],
    [
      { epochs: "5" },
      'E_VALUE: a value is not valid (at FILE, key "epochs") — expected a number — received "5"',
    ],
    [
      { siitSampling: "al" },
      'E_VALUE: a value is not valid (at FILE, key "siitSampling") — expected one of "individual", "sample_all", "all", "mixed" — received "al". Did you mean "all"?',
    ],
    [
      { indices: [3, null] },
      'E_VALUE: a value is not valid (at FILE, key "indices", item 2) — expected a text — received null',
    ],
    [
      { indices: { a: 1 } },
      'E_VALUE: a value is not valid (at FILE, key "indices") — expected a list — received {"a":1}',
    ],
    [
      { indices: [] },
      'E_VALUE: a value is not valid (at FILE, key "indices") — expected at least one item — received []',
    ],
    [
      { scheduleMetrics: ["accuracy", "toString"] },
      'E_VALUE: a value is not valid (at FILE, key "scheduleMetrics", item 2) — expected one of "accuracy", "iia", "strictAccuracy", "jointStrictAccuracy" — received "toString"',
    ],
    [
      { earlyStop: "yes" },
      'E_VALUE: a value is not valid (at FILE, key "earlyStop") — expected true or false — received "yes"',
    ],
    [
      { epochs: -1 },
      'E_VALUE: a value is not valid (at FILE, key "epochs") — expected at least 0 — received -1',
    ],
    [
      { "iit-weight": 1, iitWeight: 2 },
      'E_FLAG: the key "iitWeight" is there twice (at FILE, key "iitWeight"). Keep one of the two.',
    ],
    [
      { log: "plain" },
      'E_KEY: "log" is no option of the command (at FILE). Give --log on the command line.',
    ],
    [JSON.parse('{"__proto__": 1}'), 'E_KEY: no option "__proto__" (at FILE)'],
    [
      [1],
      "E_CONFIG: the configuration file cannot be read (at FILE) — expected a JSON object with the options as keys — received an array",
    ],
  ])("refuse %j", async (content, message) => {
    const file = config(content);
    expect(await errorOf("train", "iit", "--config", file)).toBe(
      `2 error: ${message.replace("FILE", file)}`,
    );
  });

  it("refuse files that are missing or no JSON", async () => {
    expect(await errorOf("train", "iit", "--config", join(folder, "none.json"))).toContain(
      "ENOENT",
    );
    expect(await errorOf("train", "iit", "--config", config("{"))).toContain("E_CONFIG");
    const deep = config(`{"epochs": ${"[".repeat(5000)}${"]".repeat(5000)}}`);
    expect(await errorOf("train", "iit", "--config", deep)).toContain(
      "received more than 200 levels of nesting",
    );
  });
});

describe("a running command", () => {
  const failing = (error: unknown) =>
    defineCommand({
      path: ["fail"],
      summary: "Fail",
      options: z.object({}),
      run: () => Promise.reject(error),
    });

  it("that fails by our fault exits with 1 and shows the stack", async () => {
    const { exitCode, stderr } = await runWith([failing(new TypeError("oops"))], ["fail"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("error: TypeError: oops\n");
    expect(stderr).toContain("cli.test.ts");
  });

  it("writes events as JSON lines with --log json, and nothing but the document to stdout", async () => {
    const command = defineCommand({
      path: ["work"],
      summary: "Work",
      options: z.object({}),
      run({ progress }) {
        const job = progress.begin("work", { unit: "edges", total: 2 });
        job.update(2);
        job.finish();
        return { kind: "work", document: { auroc: undefined }, text: () => "done\n" };
      },
    });
    const { stdout, stderr } = await runWith([command], ["work", "--json", "--log", "json"], {
      now: () => 0,
    });
    expect(JSON.parse(stdout)).toEqual({ schema: "interpbench/work@1", auroc: null });
    const events = stderr
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).event);
    expect(events).toEqual(["progress", "done"]);
  });

  it("gives every document of an array its schema", async () => {
    const command = defineCommand({
      path: ["list"],
      summary: "List",
      options: z.object({}),
      run: () => ({ kind: "item", document: [{ id: "2" }, { id: "10" }], text: () => "" }),
    });
    const { stdout } = await runWith([command], ["list", "--json"]);
    expect(JSON.parse(stdout)).toEqual([
      { schema: "interpbench/item@1", id: "2" },
      { schema: "interpbench/item@1", id: "10" },
    ]);
  });

  it("is coloured on terminals unless NO_COLOR is set", async () => {
    const command = defineCommand({
      path: ["say"],
      summary: "Say",
      options: z.object({}),
      run: () => ({ kind: "say", document: {}, text: (style) => style.red("x") }),
    });
    const run = (env: Record<string, string>) =>
      runWith([command], ["say"], { env, isTerminal: true });
    expect((await run({})).stdout).toBe("\u001b[31mx\u001b[39m");
    expect((await run({ NO_COLOR: "1" })).stdout).toBe("x");
  });
});
