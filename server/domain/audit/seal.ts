import type { Province } from "#protocol/ids";
import type { Signer, VerifyNow } from "../ports.ts";
import type { AuditState, Sealer } from "./ports.ts";

/** What the province's key signs in every commit that brings an entry, a head or a witness. */
export const sealText = (province: Province, { size, hash, notes, notesHash }: AuditState): string =>
  JSON.stringify(["beep audit seal v1", province, size, hash, notes, notesHash]);

/**
 * The hand that seals the log. The seal is written in the commit of what it seals: a crash leaves both or neither, so
 * there is no moment at which a log without its seal would be sound.
 */
export const sealer = (province: Province, signer: Signer, verify: VerifyNow): Sealer => ({
  sign: (state) => signer.sign(sealText(province, state)),
  holds: (state, signature) => verify(signer.key, sealText(province, state), signature),
});
