/** What is said of posts, in English: loaded where one is shown. */
export const en = {
  posts: "Posts",
  /** behind a holder's name; nothing for the regular one */
  how: { regular: "", acting: "acting", additional: "additional charge" },
  vacant: "Vacant",
  vacantHint: "This post is vacant now. What you write reaches whoever takes charge of it.",
  /** under the name of a person who wrote to one's post */
  writesTo: (post: string) => `to ${post}`,
  postNow: "The post is held by",
  postKept: "Whoever takes charge of the post gets this conversation, with all that was written.",
};

export type PostWords = typeof en;
