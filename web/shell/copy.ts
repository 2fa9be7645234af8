/** Puts a text on the clipboard. */
export async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}

/** Sharper than the screen, for slides and papers. */
const SCALE = 2;

/** Puts a picture on the clipboard, painted from its SVG. */
export async function copyPng(svg: string): Promise<void> {
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
