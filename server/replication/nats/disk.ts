// What a server keeps on its disk, and so how much it must be allowed to keep.

/** Our log: what is older a province asks the origin's store for. The server reserves it when the log is declared. */
export const LOG_BYTES = 4 * 1024 ** 3;
/** Of one frame; the server takes messages of 1 MiB. */
export const MAX_FRAME_BYTES = 512 * 1024;
/** Applied frames of each other province's log that stay, for a store that was put back to a little older state. They go when there are twice as many. */
export const KEPT_FRAMES = 1000;

/** Least that the server of a province with so many others must be allowed to keep. */
export const leastStore = (others: number): number => LOG_BYTES + others * 2 * KEPT_FRAMES * MAX_FRAME_BYTES;
