import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { run } from "../io.testing.ts";

const HOSTILE = 'it\'s $(touch no) `id` "$HOME" $$5 $$(HOME) é';

describe("emit slurm", () => {
  const words = ["leaderboard", "-i", "3,4", "-o", HOSTILE];

  it("writes a script that does one part of the command for each task", async () => {
    const { stdout, exitCode } = await run(
      ["emit", "slurm", "--shards", "12", "--cpus", "2", "--minutes", "90", "--", ...words],
      { program: "printf %s\\\\n" },
    );
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").filter((line) => line.startsWith("#SBATCH"))).toEqual([
      "#SBATCH --job-name=interpbench",
      "#SBATCH --array=1-12",
      "#SBATCH --cpus-per-task=2",
      "#SBATCH --mem=2G",
      "#SBATCH --time=90",
    ]);
    const script = stdout.replace("exec printf", "exec /usr/bin/printf");
    const task = spawnSync("sh", ["-c", script], {
      env: { SLURM_ARRAY_TASK_ID: "7" },
      encoding: "utf8",
    });
    expect(task.stdout.split("\n")).toEqual([...words, "--threads", "2", "--shard", "7/12", ""]);
  });

  it.each([
    [["--", "doctor"], 'E_FLAG: no flag "--threads"'],
    [["--", "leaderbord"], 'Did you mean "leaderboard"?'],
    [["--", "leaderboard", "--seeds", "x"], "--seeds"],
    [["--", "leaderboard", "--shard", "1/2"], "--shard is given twice"],
    [["--", "leaderboard", "--help"], "asks for help"],
    [["--", "leaderboard", "-o", "a\nb"], "control character"],
    [["--name", "a b", "--", "leaderboard"], "a-z, 0-9 and dashes"],
    [[], "the argument command is missing"],
  ])("refuses %j", async (given, text) => {
    const { stderr, stdout, exitCode } = await run(["emit", "slurm", "--shards", "2", ...given]);
    expect(stderr).toContain(text);
    expect([stdout, exitCode]).toEqual(["", 2]);
  });
});

describe("emit kubernetes", () => {
  it("writes an indexed job that the shell of the image understands", async () => {
    const { stdout } = await run([
      ...["emit", "kubernetes", "--shards", "3", "--image", "registry/interpbench:1"],
      ...["--claim", "results", "--", "run", "eap", "-i", "3", "--edge-count", "2"],
      ...["--title", HOSTILE],
    ]);
    const { spec } = JSON.parse(stdout);
    expect([spec.completionMode, spec.completions, spec.parallelism]).toEqual(["Indexed", 3, 3]);
    const [{ command, args, image }] = spec.template.spec.containers;
    expect(image).toBe("registry/interpbench:1");
    // Kubernetes makes `$` of `$$`, and the value of a variable of `$(NAME)`.
    const [shell = "", ...rest] = [...command, ...args].map((word: string) =>
      word
        .replace(/\$(\$|\(\w+\))/g, (_, found: string) => (found === "$" ? found : "a value"))
        .replace("exec node /app/dist/cli/main.js", "exec /usr/bin/printf %s\\\\n"),
    );
    const task = spawnSync(shell, rest, { env: { JOB_COMPLETION_INDEX: "2" }, encoding: "utf8" });
    expect(task.stdout.split("\n").slice(-6)).toEqual([
      ...["--title", HOSTILE, "--threads", "1", "--shard"].slice(1),
      "3/3",
      "",
    ]);
  });

  it("gives its time to each part, and does not end all parts for one that fails", async () => {
    const { stdout } = await run([
      ...["emit", "kubernetes", "--shards", "20", "--image", "i", "--claim", "c"],
      ...["--minutes", "30", "--", "leaderboard", "-i", "3"],
    ]);
    const { spec } = JSON.parse(stdout);
    expect(spec).toMatchObject({
      backoffLimitPerIndex: 1,
      template: { spec: { restartPolicy: "Never", activeDeadlineSeconds: 1800 } },
    });
    expect(Object.keys(spec)).not.toContain("activeDeadlineSeconds");
  });
});
