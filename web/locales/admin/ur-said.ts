/** What nodes say to administrators, in Urdu. What is not here is shown as the node said it. */
const SAID: Record<string, string> = {
  "A charge keeps its post and its person. Cancel it and enter another one.":
    "چارج کا عہدہ اور فرد نہیں بدلتے۔ اسے منسوخ کر کے نیا درج کریں۔",
  "A person's state is changed by an order of its own.": "فرد کی حالت الگ حکم سے بدلی جاتی ہے۔",
  "A provincial administrator looks after who holds a role.": "جس کے پاس اختیار ہو اس کا کام صوبائی منتظم کرتا ہے۔",
  "A unit cannot stand below itself.": "شعبہ اپنے ہی ماتحت نہیں ہو سکتا۔",
  "An administrator closed it.": "منتظم نے اسے بند کیا ہے۔",
  "An administrator holds it back.": "منتظم نے اسے روکا ہوا ہے۔",
  "An invitation is good for at most 30 days.": "دعوت نامے کی میعاد زیادہ سے زیادہ 30 دن ہے۔",
  "Another administrator refused this order.": "دوسرے منتظم نے یہ حکم نامنظور کیا۔",
  "Another province has its own tokens.": "دوسرے صوبے کے اپنے ٹوکن ہیں۔",
  "Ask in your own province.": "اپنے صوبے میں پوچھیں۔",
  "Its time is over.": "اس کا وقت گزر چکا ہے۔",
  "Nobody approved this order in time.": "وقت پر کسی نے یہ حکم منظور نہیں کیا۔",
  "Nobody does this for themself. Another administrator must.": "یہ کوئی اپنے لیے نہیں کرتا۔ دوسرا منتظم کرے گا۔",
  "Only active people of this province can be invited here.": "یہاں صرف اس صوبے کے فعال افراد کو دعوت دی جا سکتی ہے۔",
  "Orders are given in one's own province.": "احکامات اپنے صوبے میں دیے جاتے ہیں۔",
  "Somebody else has this personal number.": "یہ پرسنل نمبر کسی اور کا ہے۔",
  "The day of an order lies at most two years ahead.": "حکم کی تاریخ زیادہ سے زیادہ دو سال آگے کی ہو سکتی ہے۔",
  "A second administrator must approve it.": "اس کے لیے دوسرے منتظم کی منظوری لازم ہے۔",
  "The message could not be handed over.": "پیغام آگے نہیں دیا جا سکا۔",
  "There is no such device in your part of the directory.": "آپ کے دائرے میں ایسا کوئی آلہ نہیں۔",
  "There is no such file for you.": "آپ کے لیے ایسی کوئی فائل نہیں۔",
  "There is no such invitation in your part of the directory.": "آپ کے دائرے میں ایسا کوئی دعوت نامہ نہیں۔",
  "There is no such order that you could decide.": "ایسا کوئی حکم نہیں جس کا فیصلہ آپ کر سکیں۔",
  "There is no such person in your part of the directory.": "آپ کے دائرے میں ایسا کوئی فرد نہیں۔",
  "There is no such post.": "ایسا کوئی عہدہ نہیں۔",
  "There is no such role (any more).": "ایسا کوئی اختیار (اب) نہیں۔",
  "There is no such token.": "ایسا کوئی ٹوکن نہیں۔",
  "There is no such unit.": "ایسا کوئی شعبہ نہیں۔",
  "There is no unit above it.": "اس کا بالائی شعبہ موجود نہیں۔",
  "This belongs to another province, which keeps its own part itself.":
    "یہ دوسرے صوبے کا ہے، جو اپنا حصہ خود رکھتا ہے۔",
  "This device is not known here.": "یہ آلہ یہاں معلوم نہیں۔",
  "This file was fetched already. Order it again.": "یہ فائل لی جا چکی ہے۔ دوبارہ حکم دیں۔",
  "This file was there for a day. Order it again.": "یہ فائل ایک دن کے لیے تھی۔ دوبارہ حکم دیں۔",
  "This node does not read files of people.": "یہ نوڈ افراد کی فائلیں نہیں پڑھتا۔",
  "This order waited too long. It must be given again.": "اس حکم نے بہت انتظار کیا۔ دوبارہ دیں۔",
  "This order was decided meanwhile.": "اس دوران اس حکم کا فیصلہ ہو گیا۔",
  "This person has left.": "یہ فرد جا چکا ہے۔",
  "This person is not known.": "یہ فرد معلوم نہیں۔",
  "This person is, or would be, outside your units.": "یہ فرد آپ کے شعبوں سے باہر ہے، یا ہو جائے گا۔",
  "This role cannot be given for this part of the directory.": "یہ اختیار اس دائرے کے لیے نہیں دیا جا سکتا۔",
  "Your clock and the node's are more than ten minutes apart. Set it right and try again.":
    "آپ کی گھڑی اور نوڈ کی گھڑی میں دس منٹ سے زیادہ فرق ہے۔ درست کر کے دوبارہ کوشش کریں۔",
  "This opens conversations to somebody, and needs two administrators: have it ordered, not done from here.":
    "اس سے کسی پر گفتگوئیں کھلتی ہیں اور اس کے لیے دو منتظم لازم ہیں: یہاں سے نہیں، حکم کے ذریعے کریں۔",
  "The second word does not say on which words it is.": "دوسری منظوری یہ نہیں بتاتی کہ وہ کس عبارت پر ہے۔",
  "A word of this name mixes letters of several scripts.": "اس نام کے ایک لفظ میں کئی رسم الخط کے حروف ملے ہوئے ہیں۔",
  "This name looks like that of somebody else in the directory.":
    "یہ نام ڈائریکٹری میں کسی اور کے نام جیسا دکھائی دیتا ہے۔",
  "Your roles do not allow this order.": "آپ کا اختیار اس حکم کی اجازت نہیں دیتا۔",
  "Your roles do not allow this.": "آپ کا اختیار اس کی اجازت نہیں دیتا۔",
  // of rows in a file
  "A personal number has 1 to 32 letters, digits, / . or -.":
    "پرسنل نمبر 1 سے 32 حروف، ہندسوں، / . یا - پر مشتمل ہوتا ہے۔",
  "The name is missing.": "نام درج نہیں۔",
  "A post needs the unit in which it is.": "عہدے کے ساتھ اس کا شعبہ لازم ہے۔",
  "A unit stands at most twelve steps deep.": "شعبہ زیادہ سے زیادہ بارہ درجے نیچے ہو سکتا ہے۔",
  "A grade is 1 to 22.": "گریڈ 1 سے 22 تک ہے۔",
  "This is no e-mail address.": "یہ ای میل کا پتہ نہیں۔",
  "This is no mobile number.": "یہ موبائل نمبر نہیں۔",
  "A date is written 2026-11-22 or 22-11-2026.": "تاریخ یوں لکھی جاتی ہے: 2026-11-22 یا 22-11-2026۔",
  "From here on the file is no CSV: look for a quote that is not closed.":
    "یہاں سے آگے فائل CSV نہیں: کوئی کھلا رہ گیا اقتباس کا نشان دیکھیں۔",
  "People are retired, removed and brought back by an order, not by an import.":
    "افراد کی ریٹائرمنٹ، اخراج اور بحالی حکم سے ہوتی ہے، درآمد سے نہیں۔",
};

/** Sentences with something of their own in them; `$1` stands for it. */
const PATTERNS: readonly [RegExp, string][] = [
  [/^All of its (\d+) places are taken\.$/, "اس کی تمام $1 جگہیں بھر چکی ہیں۔"],
  [/^"(.*)" comes first and is not open\.$/, "پہلے ”$1“ ہے جو ابھی کھلا نہیں۔"],
  [/^(\S+) of requests failed; at most (\S+) may\.$/, "\u2066$1\u2069 درخواستیں ناکام ہوئیں؛ حد \u2066$2\u2069 ہے۔"],
  [/^Signing in takes (\S+) ms; at most (\S+) ms it may\.$/, "داخلے میں $1 ملی سیکنڈ لگتے ہیں؛ حد $2 ہے۔"],
  [/^(.+) of the disk are free; it takes (.+)\.$/, "ڈسک پر \u2066$1\u2069 خالی ہے؛ \u2066$2\u2069 درکار ہے۔"],
  [/^It is longer than (\d+) characters\.$/, "یہ $1 حروف سے لمبا ہے۔"],
  [/^It has (\d+) steps where unit_en has (\d+)\.$/, "اس میں $1 درجے ہیں جبکہ unit_en میں $2۔"],
  [/^It is one of: (.+)\.$/, "ان میں سے ایک ہو: \u2066$1\u2069۔"],
  [/^The head has no (.+)\.$/, "پہلی سطر میں \u2066$1\u2069 نہیں۔"],
  [/^It has (\d+) cells where the head has (\d+)\.$/, "اس میں $1 خانے ہیں جبکہ پہلی سطر میں $2۔"],
  [/^The number (.+) stands in line (\d+) already\.$/, "نمبر \u2066$1\u2069 سطر $2 میں پہلے سے ہے۔"],
];

export function said(text: string): string {
  const known = SAID[text];
  if (known) return known;
  for (const [pattern, words] of PATTERNS) if (pattern.test(text)) return text.replace(pattern, words);
  return text;
}
