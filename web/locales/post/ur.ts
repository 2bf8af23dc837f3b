import type { PostWords } from "./en.ts";

export const ur: PostWords = {
  posts: "عہدے",
  how: { regular: "", acting: "قائم مقام", additional: "اضافی چارج" },
  vacant: "خالی",
  vacantHint: "یہ عہدہ اس وقت خالی ہے۔ آپ کا لکھا اس تک پہنچے گا جو چارج سنبھالے گا۔",
  writesTo: (post) => `بنام ${post}`,
  postNow: "عہدے کا چارج جن کے پاس ہے",
  postKept: "جو بھی اس عہدے کا چارج سنبھالے گا، یہ پوری گفتگو اسے ملے گی۔",
};
