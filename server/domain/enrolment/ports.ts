/** Invitations and when devices were last seen: of this province alone, not replicated. Reading. */
export interface Invitations {}

/** Writing, inside a transaction of DIRECTORY_ROOM. */
export interface InvitationsTx extends Invitations {}

/** Passkeys, PINs, authenticators and recovery codes: of this province alone, not replicated. Reading. */
export interface Credentials {}

/** Writing, inside a transaction of DIRECTORY_ROOM. */
export interface CredentialsTx extends Credentials {}
