import { type AuditHead, headText } from "#protocol/audit";
import { type Entry, issuedText, provinceKeyText, type Unit } from "#protocol/directory";
import type { Province } from "#protocol/ids";
import { openSigner } from "../auth/province-key.ts";
import type { Signer } from "../domain/ports.ts";
import { type Administrator, person, provincial, signed, words } from "./directory-provinces.ts";

interface Liar {
  rng: () => number;
  province: Province;
  /** another province, of which it speaks */
  victim: Province;
  /** its people: the first two were administrators, the last one never had a role */
  hands: readonly Administrator[];
  /** people of another province */
  theirs: readonly Administrator[];
  /** with its true key */
  signer: Signer;
  at: number;
  mint: () => string;
}

/** One of the things that a province may not say. Whatever it would put bears the word "forged". */
export function lieOf(liar: Liar): unknown {
  const { rng, province, victim, hands, theirs, signer, at, mint } = liar;
  const forged = words("forged");
  const own = { ...person(mint(), province), name: forged };
  const unit = (of: Province): Unit => ({
    ...{ id: `forged-${mint()}`, province: of, parent: null, kind: "wing", name: forged },
  });
  const issued = (with_: Signer, ...entries: unknown[]) => {
    const content = { by: "operator" as const, at, entries: entries as Entry[] };
    return { issued: { ...content, signature: with_.sign(issuedText(province, content)) } };
  };
  const [first, nobody] = [hands[0] as Administrator, hands.at(-1) as Administrator];
  const other = theirs[0] as Administrator;
  const put = { do: "put" as const, entries: [{ unit: unit(province) }] };
  const stranger = openSigner(new Map());
  const key = { province, key: stranger.key };
  const head = { province: victim, size: 7, root: "f".repeat(64), at } as Omit<AuditHead, "signature">;
  const lies: (() => unknown)[] = [
    () => ({ person: own }),
    () => ({ device: { id: mint(), person: nobody.person.id, key: "forged", label: "", revoked: false } }),
    () =>
      issued(signer, { device: { id: mint(), person: nobody.person.id, key: "forged", label: "", revoked: false } }),
    () => issued(signer, { device: { ...nobody.device, id: other.device.id, label: "forged" } }),
    () => issued(stranger, { person: own }),
    () => issued(signer, { person: { ...own, province: victim } }),
    () => issued(signer, { person: { ...other.person, name: forged } }),
    () => issued(signer, { unit: unit(victim) }),
    () => issued(signer, { person: { ...own, name: words("forged".repeat(40)) } }),
    () => issued(signer, { device: { ...other.device, key: "forged" } }),
    () => issued(signer, { device: { ...other.device, label: "forged", turn: 2 * Math.floor(rng() * 3) } }),
    () => issued(signer, { grant: { ...provincial("forged", other), scope: { province } } }),
    () => ({ order: signed(nobody, at, put) }),
    () => ({ order: { ...signed(first, at, { do: "put", entries: [] }), act: put } }),
    () => ({ order: signed({ ...first, signer: stranger }, at, put) }),
    () => ({ order: signed(first, at, { do: "grant", grant: provincial(`forged-${mint()}`, nobody) }) }),
    () => ({ order: signed(other, at, { do: "put", entries: [{ unit: unit(victim) }] }) }),
    () => ({ key: { ...key, signature: stranger.sign(provinceKeyText(key)) } }),
    () => ({ head: { ...head, from: 0, proof: [], signature: signer.sign(headText(head)) } }),
    () => ({ head: { ...head, province, from: 0, proof: [], signature: stranger.sign(headText(head)) } }),
    () => ({ ...issued(signer, { person: own }), more: "forged" }),
    () => ["forged"],
  ];
  return lies[Math.floor(rng() * lies.length)]?.();
}
