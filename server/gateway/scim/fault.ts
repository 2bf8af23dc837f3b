import { AppError } from "../../domain/error.ts";

/** Details of a 400 that systems act upon (RFC 7644 section 3.12, table 9). */
export type ScimType = "invalidFilter" | "invalidPath" | "invalidSyntax" | "invalidValue" | "mutability" | "noTarget";

/** What a personnel system asked wrongly; the message says what is right. */
export class ScimFault extends AppError {
  constructor(
    readonly scimType: ScimType,
    message: string,
  ) {
    super("fix", message);
  }
}
