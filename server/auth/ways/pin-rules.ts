/** What people choose first when a PIN is asked for, beside runs and repeats. */
const COMMON = new Set([
  ...["112233", "123321", "147258", "159753", "159357", "147852", "258456", "789456", "456789123", "102030", "010203"],
  ...["123654", "142536", "112358", "314159", "271828", "070707", "786786", "007007", "140847", "14081947", "23031940"],
]);
const FORM = /^\d{6,12}$/;

/** Digits as people type them, in either script, without the spaces between. */
export const plainDigits = (text: string): string =>
  text
    .replace(/[\s-]/g, "")
    .replace(/[٠-٩۰-۹]/g, (digit) => String((digit.charCodeAt(0) - (digit < "۰" ? 0x660 : 0x6f0)) % 10));

/** Every digit follows the one before at the same distance: 345678, 987654, 024680, 777777. */
function isRun(pin: string): boolean {
  const digits = [...pin].map(Number);
  const step = ((digits[1] as number) - (digits[0] as number) + 10) % 10;
  return digits.every((digit, i) => i === 0 || (digit - (digits[i - 1] as number) + 10) % 10 === step);
}

/** One, two, three or four digits again and again: 121212, 123123. */
const isRepeat = (pin: string): boolean => /^(\d{1,4})\1+$/.test(pin);

/** A birthday: day, month, and a year of the last hundred, in whichever order. */
function isDate(pin: string): boolean {
  if (pin.length !== 8) return false;
  const forms = [
    [pin.slice(0, 2), pin.slice(2, 4), pin.slice(4)],
    [pin.slice(2, 4), pin.slice(0, 2), pin.slice(4)],
    [pin.slice(6), pin.slice(4, 6), pin.slice(0, 4)],
  ];
  return forms.some(
    ([day, month, year]) =>
      Number(day) >= 1 && Number(day) <= 31 && Number(month) >= 1 && Number(month) <= 12 && /^(19|20)/.test(year ?? ""),
  );
}

/**
 * What is wrong with a PIN, for its owner; undefined where it will do.
 * @param known numbers of the person that others know: personal number, telephones
 */
export function pinFault(pin: string, known: readonly string[]): string | undefined {
  if (!FORM.test(pin)) return "A PIN has 6 to 12 digits.";
  if (isRun(pin) || isRepeat(pin) || isDate(pin) || COMMON.has(pin))
    return "This PIN is too easy to guess. Take digits that make no row, no pattern and no date.";
  if (known.some((number) => plainDigits(number).includes(pin)))
    return "This PIN is part of a number of yours that others know. Take other digits.";
  return undefined;
}
