import { late } from "./late-views.ts";

export const mountCircuitMap = late("mountCircuitMap");
export const mountInputEditor = late("mountInputEditor");
export const mountStepper = late("mountStepper");
export const mountTraining = late("mountTraining");
export const mountBoard = late("mountBoard");
export const mountMethods = late("mountMethods");
export const mountOrder = late("mountOrder");
export const mountWriter = late("mountWriter");
