import type { Person } from "#protocol/directory";
import { plainDigits } from "./pin-rules.ts";
import type { Arrivals } from "./arrivals.ts";

const MAX_NAME = 100;

/** A mobile as it is dialled at home (0300…), or abroad (0092…), in its international form. */
const international = (digits: string): string =>
  digits.startsWith("00") ? `+${digits.slice(2)}` : digits.startsWith("0") ? `+92${digits.slice(1)}` : digits;

/**
 * Whose name it is: personal number, e-mail or mobile. Each is looked for whether or not another one was found, so that
 * all names cost the same. Undefined for people of other provinces and for whoever is not active, too.
 */
export function personNamed(arrivals: Arrivals, typed: string): Person | undefined {
  const { store } = arrivals;
  const { offices } = store.tables;
  const name = typed.trim().slice(0, MAX_NAME);
  const found = [
    offices.personByNumber(store.province, name),
    offices.personByContact(store.province, name.toLowerCase()),
    offices.personByContact(store.province, international(plainDigits(name))),
  ].find((person) => person !== undefined);
  return found && arrivals.active(found.id);
}
