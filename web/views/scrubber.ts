import "./scrubber.css";
import { el } from "./dom.ts";

/** A slider over the steps of something, from 0 to their number, with a button that plays them. */
export interface Scrubber {
  /** What stands in a row: button, slider, and where it is. */
  readonly parts: readonly HTMLElement[];
  show(step: number, total: number): void;
  /** Plays no longer. */
  stop(): void;
}

/** How a scrubber looks and moves. */
export interface ScrubberFacts {
  /** What a step is called: `decision`. */
  readonly label: string;
  /** Milliseconds that a step is shown when it plays. */
  readonly beat: number;
  /** Where it begins. Default 0. */
  readonly from?: number;
}

/** The step of an address, from `from` to `last`, which it is where the address names none. */
export function stepOf(text: string | undefined, last: number, from = 0): number {
  const asked = Number(text ?? last);
  return Number.isInteger(asked) ? Math.min(last, Math.max(from, asked)) : last;
}

/** @param goTo moves there: whoever shows it calls `show` then */
export function scrubber(
  { label, beat, from = 0 }: ScrubberFacts,
  goTo: (step: number) => void,
): Scrubber {
  const play = el("button", { type: "button", class: "quiet" }, ["Play"]);
  const slider = el("input", { type: "range", min: from, max: from, "aria-label": label });
  const place = el("output", { class: "scrubber-place" });
  let [at, last] = [from, from];
  let playing: ReturnType<typeof setInterval> | undefined;
  const stop = () => {
    clearInterval(playing);
    playing = undefined;
    play.textContent = "Play";
  };
  slider.addEventListener("input", () => {
    stop();
    goTo(Number(slider.value));
  });
  play.addEventListener("click", () => {
    if (playing !== undefined) return stop();
    goTo(at === last ? from : at);
    play.textContent = "Pause";
    playing = setInterval(() => {
      if (at >= last) stop();
      else goTo(at + 1);
    }, beat);
  });
  return {
    parts: [play, slider, place],
    show(step, total) {
      [at, last] = [step, total];
      slider.max = String(total);
      slider.value = String(step);
      place.textContent = `${step} of ${total}`;
    },
    stop,
  };
}
