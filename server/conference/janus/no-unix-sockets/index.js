export function createSocket() {
  throw new Error("The gateway is spoken to over WebSockets only.");
}
