/** What stands on the printed invitation, in English. */
export const en = {
  qr: "QR code that opens the invitation",
  how: "To use Beep: scan the code with your phone, or open the address below it in a browser and enter the code.",
  from: (when: string) => `It is good from ${when}: until then the person's devices can stop it.`,
  until: (when: string) => `It works once, on one device, until ${when}.`,
  secret: "Give it to nobody. Destroy this sheet afterwards.",
};
