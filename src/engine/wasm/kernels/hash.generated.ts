// Generated from kernels.c by tools/build-wasm.ts (npm run build:wasm). Do not edit.
export const KERNELS_HASH = "ba54026e8510";
