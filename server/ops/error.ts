/** A mistake or a state that the operator can do something about; the message says what. */
export class OpsError extends Error {}
