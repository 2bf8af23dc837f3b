import { openPanel } from "../view/route.ts";

/** A step of one's own affairs, with an address of its own: "back" leads out of it. */
export const openStep = (step: "link" | "pin" | "recovery"): void => openPanel("security", step);
