import { writeFileSync } from "node:fs";
import { GENERATED, generatedModule } from "./wasm-kernels.ts";

writeFileSync(GENERATED, await generatedModule());
