import { describe, expect, it } from "vitest";
import { InterpBenchError } from "../errors/index.ts";
import { createProgress, styleOf } from "../report/index.ts";
import type { CheckpointSlot } from "../store/index.ts";
import { jobCheckpoint } from "./checkpoint.ts";

/** A job's checkpoint on a disk that may be full, under a clock that is set by hand. */
function world() {
  const time = { seconds: 0 };
  const disk: { isFull: boolean; takes: number; states: string[] } = {
    isFull: false,
    takes: 0,
    states: [],
  };
  const slot: CheckpointSlot = {
    write(state) {
      time.seconds += disk.takes;
      if (disk.isFull) throw new InterpBenchError("E_OUTPUT", "a full disk");
      disk.states.push(String(state));
    },
    read: () => undefined,
    remove: () => {},
  };
  const now = () => 1000 * time.seconds;
  const written = { stderr: "" };
  const progress = createProgress({
    write: (text) => {
      written.stderr += text;
    },
    mode: "plain",
    now,
    columns: () => undefined,
    rows: () => undefined,
    style: styleOf(false),
  });
  const checkpoint = jobCheckpoint(slot, { now, progress }, "train 3");
  /** An opportunity every tenth of a second. */
  const work = (seconds: number) => {
    const end = time.seconds + seconds;
    while (time.seconds < end) {
      time.seconds += 0.1;
      checkpoint.offer(() => time.seconds.toFixed(0));
    }
  };
  return { disk, written, checkpoint, work };
}

describe("the checkpoint of a job", () => {
  it("is saved by time, at least every five seconds, and when it must be", () => {
    const { disk, checkpoint, work } = world();
    work(1);
    expect(disk.states).toEqual([]);
    work(10);
    expect(disk.states).toEqual(["3", "6", "9"]);
    checkpoint.save("now");
    expect(disk.states.at(-1)).toBe("now");
  });

  it("takes no more than a twentieth of the time where saving takes long", () => {
    const { disk, work } = world();
    disk.takes = 1;
    work(60);
    expect(disk.states).toEqual(["3", "24", "45"]);
  });

  it("is a warning where the disk is full, said once, and is tried again", () => {
    const { disk, written, work } = world();
    disk.isFull = true;
    work(10);
    expect(written.stderr).toBe(
      "warning: train 3: the state is not saved: E_OUTPUT: a full disk\n",
    );
    disk.isFull = false;
    work(4);
    expect(disk.states).toHaveLength(1);
  });
});
