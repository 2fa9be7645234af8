import type { Snapshot } from "./contract.ts";
import { messageOf } from "./dom.ts";

/** Puts a text on the clipboard. */
async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}

/** Sharper than the screen, for slides and papers. */
const SCALE = 2;

/** Puts a picture on the clipboard, painted from its SVG. */
async function copyPng(svg: string): Promise<void> {
  const painted = pngOf(svg);
  await navigator.clipboard.write([new ClipboardItem({ "image/png": painted })]);
}

async function pngOf(svg: string): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = SCALE * image.width;
    canvas.height = SCALE * image.height;
    const context = canvas.getContext("2d");
    context?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) =>
        blob === null ? reject(new Error("the picture cannot be painted")) : resolve(blob),
      ),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}

type Take = (shot: Snapshot) => Promise<void> | undefined;

const TAKES: Readonly<Record<string, Take>> = {
  SVG: ({ svg }) => (svg === undefined ? undefined : copyText(svg)),
  PNG: ({ svg }) => (svg === undefined ? undefined : copyPng(svg)),
  JSON: ({ data }) => copyText(JSON.stringify(data, null, 2)),
  "Vega-Lite": ({ vegaLite }) =>
    vegaLite === undefined ? undefined : copyText(JSON.stringify(vegaLite, null, 2)),
  command: ({ command }) =>
    command === undefined ? undefined : copyText(`npx interpbench ${command}`),
};

/** Copies what is seen as `SVG`, `PNG`, `JSON`, `Vega-Lite` or `command`; what came of it, in words. */
export async function copyAs(
  label: string,
  shot: () => Snapshot | undefined | Promise<Snapshot>,
): Promise<string> {
  try {
    const seen = await shot();
    const taken = seen && TAKES[label]!(seen);
    await taken;
    return taken === undefined ? `There is no ${label} of this view.` : `Copied as ${label}.`;
  } catch (error) {
    return `Not copied: ${messageOf(error)}`;
  }
}
