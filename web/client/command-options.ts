/** The words and options of one command line. */
export interface Options {
  words: string[];
  json: boolean;
  waitMs: number;
  lines: number;
  follow: boolean;
  kind: string;
  with: string[];
}
