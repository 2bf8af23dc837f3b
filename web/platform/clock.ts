const began = Date.now() - performance.now();

/**
 * Milliseconds since 1970, by what the machine's clock said when the page was opened: it never jumps, whatever is set
 * meanwhile, so what is waited for comes. The node's time, for showing, is this and the skew to it (`AppModel.skew`).
 */
export const steadyNow = (): number => Math.floor(began + performance.now());
