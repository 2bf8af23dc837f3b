/** Orders that were given here, those that wait for a second administrator, and tokens: not replicated. Reading. */
export interface Orders {}

/** Writing, inside a transaction of DIRECTORY_ROOM. */
export interface OrdersTx extends Orders {}
