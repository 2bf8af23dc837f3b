/** A failure in words for the one who typed the command. Exit codes: 2 wrong words, 3 not done yet but kept. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exit = 1,
  ) {
    super(message);
  }
}
