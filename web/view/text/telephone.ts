const plainDigits = (text: string): string =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15));

/** What to dial, where a number is a telephone's: in full with +, or as in Pakistan, a 0 and nine or ten digits. */
export function dialled(number: string): string | null {
  const digits = plainDigits(number).replace(/[^+\d]/g, "");
  if (/[A-Za-z/:,_#]/.test(number)) return null;
  return /^(\+\d{9,15}|0[1-9]\d{8,9})$/.test(digits) ? digits : null;
}
