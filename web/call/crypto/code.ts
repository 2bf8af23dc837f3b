import type { CallId, Seat } from "#protocol/call";

const GROUPS = 4;
const DIGITS = 6;

/**
 * The security code: 24 digits, from SHA-256 over the call and the (person, device, device key, seat key) of the seats
 * that have keys. Whoever compares it with another compares all the keys that the call is encrypted to.
 */
export async function securityCode(
  call: CallId,
  seats: readonly Pick<Seat, "person" | "device" | "key">[],
): Promise<string> {
  const rows = seats.flatMap(({ person, device, key }) =>
    key ? [JSON.stringify([person, device, key.spki, key.agree])] : [],
  );
  const text = JSON.stringify(["beep call code v1", call, ...rows.sort()]);
  const digest = new DataView(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  let code = "";
  // 48 bits for six digits: the bias is below one in 10^8.
  for (let i = 0; i < GROUPS; i++) {
    const value = digest.getUint32(i * 6) * 2 ** 16 + digest.getUint16(i * 6 + 4);
    code += String(value % 10 ** DIGITS).padStart(DIGITS, "0");
  }
  return code;
}
