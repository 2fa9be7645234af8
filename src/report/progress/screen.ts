/** The lines at the bottom of a terminal that are drawn anew while jobs run; text goes above them. */
export interface Screen {
  /** Adds a line below the others; `text` is asked whenever it is drawn. */
  add(text: () => string): ScreenLine;
  /** Writes a line that stays, above those that are drawn anew. */
  print(text: string): void;
}

/** A line of a {@link Screen}. */
export interface ScreenLine {
  /** It has something new to show; drawn with all others, but not too often. */
  refresh(): void;
  /** Takes it away and leaves `text` in its stead, above the lines that remain. */
  replace(text: string): void;
}

/** Options of {@link createScreen}. */
export interface ScreenOptions {
  readonly write: (text: string) => void;
  /** The clock, in milliseconds. */
  readonly now: () => number;
  /** The height of the terminal. */
  readonly rows: () => number;
  /** Least milliseconds between two drawings for the sake of {@link ScreenLine.refresh}. */
  readonly interval: number;
}

/**
 * An empty screen. Never draws more lines than the terminal has rows (it could not return to those
 * that have scrolled away): the last one then tells how many are left out.
 */
export function createScreen({ write, now, rows, interval }: ScreenOptions): Screen {
  const lines: (() => string)[] = [];
  const drawn = { height: 0, at: Number.NEGATIVE_INFINITY };

  const shown = (): string[] => {
    const room = Math.max(1, rows() - 1);
    if (lines.length <= room) return lines.map((text) => text());
    const kept = lines.slice(0, room - 1).map((text) => text());
    return [...kept, `… and ${lines.length - kept.length} more`];
  };
  const draw = (above = "") => {
    const block = shown();
    write(`${clearing(drawn.height)}${above}${block.join("\n")}`);
    drawn.height = block.length;
    drawn.at = now();
  };

  return {
    add(text) {
      lines.push(text);
      draw();
      return {
        refresh() {
          if (now() - drawn.at >= interval) draw();
        },
        replace(last) {
          lines.splice(lines.indexOf(text), 1);
          draw(`${last}\n`);
        },
      };
    },
    print: (text) => draw(`${text}\n`),
  };
}

/** What erases the last `height` lines, when the cursor is in the last of them. */
function clearing(height: number): string {
  if (height === 0) return "";
  return height === 1 ? "\r\u001b[J" : `\r\u001b[${height - 1}A\u001b[J`;
}
