import { plural } from "../plural.ts";
import type { SettingsWords } from "./en.ts";

const n = plural("ur");

export const ur: SettingsWords = {
  theme: "ظاہری شکل",
  light: "روشن",
  dark: "تاریک",
  system: "آلے کے مطابق",
  textSize: "حروف کا سائز",
  small: "چھوٹا",
  normal: "معمول",
  large: "بڑا",
  huge: "بہت بڑا",
  about: "تعارف",
  yourProvince: "آپ کا صوبہ",
  connectedTo: "رابطہ",
  provincesNow: "صوبوں کی حالت",
  reached: "رابطہ قائم",
  aboutText:
    "بیپ پیغامات کو حکومت کے اپنے نوڈز پر رکھتا ہے، ہر صوبے میں ایک مقام۔ رابطہ منقطع ہونے پر بھی صوبے کا کام جاری رہتا ہے، اور رابطہ بحال ہوتے ہی سب یکجا ہو جاتا ہے۔",
  signOut: "خارج ہوں",
  signOutSure: "اس آلے سے خارج ہوں؟ یہاں سے پیغامات اور چابیاں مٹا دی جائیں گی۔ واپسی کے لیے دوبارہ داخل ہونا ہو گا۔",
  signOutWaiting: (count) =>
    n(count, "# پیغام ابھی نہیں بھیجا گیا اور ضائع ہو جائے گا۔", "# پیغامات ابھی نہیں بھیجے گئے اور ضائع ہو جائیں گے۔"),
  security: "آلات اور داخلہ",
  securityHint: "آپ کے آلات، اور داخلے کے طریقے",
  securityLacks: "ابھی آپ کی واپسی کا کوئی طریقہ محفوظ نہیں۔ ایک منٹ میں ترتیب دیں۔",
};
