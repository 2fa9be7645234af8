import { late } from "./late-views.ts";

export const mountCircuitMap = late((views) => views.mountCircuitMap);
export const mountInputEditor = late((views) => views.mountInputEditor);
export const mountStepper = late((views) => views.mountStepper);
export const mountTraining = late((views) => views.mountTraining);
export const mountBoard = late((views) => views.mountBoard);
export const mountMethods = late((views) => views.mountMethods);
