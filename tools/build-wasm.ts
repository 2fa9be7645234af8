import { writeFileSync } from "node:fs";
import { generatedModules } from "./wasm-kernels.ts";

for (const { file, text } of await generatedModules()) writeFileSync(file, text);
