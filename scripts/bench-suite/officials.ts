/** Given names and family names in both scripts, of which a made-up province's officials are put together. */
const GIVEN =
  "Ayesha عائشہ Muhammad محمد Imran عمران Nadia نادیہ Usman عثمان Fatima فاطمہ Bilal بلال Hina حنا Waqar وقار Zulfiqar ذوالفقار Saima صائمہ Rubina روبینہ Kamran کامران Tariq طارق Shahid شاہد Nasir ناصر Yasir یاسر Asma اسماء Ghulam غلام Abdul عبدال".split(
    " ",
  );
const FAMILY =
  "Qureshi قریشی Khan خان Chaudhry چوہدری Waraich وڑائچ Cheema چیمہ Shaikh شیخ Siddiqui صدیقی Baloch بلوچ Memon میمن Malik ملک Butt بٹ Gill گل Durrani درانی Rahman رحمان Abbasi عباسی Afridi آفریدی Bhatti بھٹی Mirza مرزا Niazi نیازی Soomro سومرو".split(
    " ",
  );

export const HEAD = "number,name_en,name_ur,unit_en,unit_ur,post_en,post_ur,post_number,grade,email,mobile";

/** Lines of CSV for people `from` … `from + count - 1`, in 60 departments, each with a post of their own. */
export function officials(from: number, count: number): string[] {
  let state = (from + 1) * 2654435761;
  const next = (below: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0;
    return (state ^ (state >>> 13)) % below;
  };
  const name = (list: readonly string[]) => {
    const at = next(list.length / 2) * 2;
    return [list[at], list[at + 1]] as [string, string];
  };
  return Array.from({ length: count }, (_, i) => {
    const n = from + i;
    const [[a, ua], [b, ub], [c, uc]] = [name(GIVEN), name(GIVEN), name(FAMILY)];
    const unit = n % 60;
    return [
      `P-${n}`,
      `${a} ${b} ${c}`,
      `${ua} ${ub} ${uc}`,
      `Department ${unit} > Section ${n % 7}`,
      `محکمہ ${unit} > سیکشن ${n % 7}`,
      `Officer ${n % 400}`,
      `افسر ${n % 400}`,
      String(n),
      String(1 + (n % 22)),
      `p${n}@example.gov.pk`,
      `+92300${String(n).padStart(7, "0")}`,
    ].join(",");
  });
}

/** What people type to find each other: whole names, beginnings, other spellings, slips, posts, in either script. */
export const TYPED = [
  "Ayesha",
  "muh",
  "Muhamad Khan",
  "Qurashi",
  "عثمان خان",
  "Officer 33",
  "zulfikar abasi",
  "Chodhry Tarik",
  "a",
  "Department 7",
  "xyzzy",
  "kureshi ayisha",
  "فاطمہ",
  "Bhtati",
];
