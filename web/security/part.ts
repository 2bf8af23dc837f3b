/** stand-in until the sheet is built */
export async function securitySheet() {
  return (_: { step: string | null }) => null;
}
