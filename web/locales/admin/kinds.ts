/** The kinds of entries of the directory. */
export type Kind = "person" | "unit" | "post" | "charge" | "wave" | "photo" | "grant" | "device";
