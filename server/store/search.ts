/** Forms that keyboards and fonts give one Urdu letter, folded into one. */
const SAME: Record<string, string> = { ي: "ی", ى: "ی", ك: "ک", ة: "ہ", ۃ: "ہ", ه: "ہ", ھ: "ہ", ە: "ہ", ے: "ی", ں: "ن" };

/**
 * Text as it is searched: lower case, without accents, harakat, tatweel and invisible characters, Arabic and Urdu
 * forms of a letter made one. NFKD parts آ أ ؤ ئ ۂ into a letter and a mark, and the marks go.
 */
export function foldText(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\p{Mn}\p{Cf}ـ]/gu, "")
    .replace(/[يىكةۃهھەےں]/g, (letter) => SAME[letter] as string)
    .replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .toLowerCase();
}
