import { expect, test } from "bun:test";
import { DIRECTORY_ROOM } from "#protocol/ids";
import type { CredentialsTx } from "../../domain/enrolment/ports.ts";
import type { Store } from "../../domain/ports.ts";
import { AYESHA, BILAL, type Fresh } from "./material.ts";

const write = (store: Store, job: (credentials: CredentialsTx) => void) =>
  store.write(DIRECTORY_ROOM, ({ tables }) => job(tables.credentials));

const passkey = (id: string, person: string, made: number) => ({
  ...{ id, person, key: "cose", counter: 3, transports: ["internal", "hybrid"], label: "Phone", made, used: null },
});

export function credentialRules(fresh: Fresh): void {
  test("passkeys are kept by id and found by person, oldest first", async () => {
    const store = fresh();
    const { credentials } = store.tables;
    const [old, young, other] = [passkey("o", AYESHA, 1), passkey("y", AYESHA, 2), passkey("b", BILAL, 1)];
    await write(store, (tx) => {
      for (const each of [young, old, other]) tx.addPasskey(each);
    });
    expect(credentials.passkey("o")).toEqual(old);
    expect(credentials.passkeysOf(AYESHA)).toEqual([old, young]);
    await write(store, (tx) => tx.usePasskey("o", 9, 77));
    expect(credentials.passkey("o")).toEqual({ ...old, counter: 9, used: 77 });
    await write(store, (tx) => tx.dropPasskey("o"));
    expect(credentials.passkeysOf(AYESHA)).toEqual([young]);
    expect(credentials.passkey("o")).toBeUndefined();
    await expect(write(store, (tx) => tx.addPasskey({ ...other, person: AYESHA }))).rejects.toThrow();
    expect(credentials.passkey("b")?.person).toBe(BILAL);
  });

  test("a person has one PIN, and one count of misses", async () => {
    const store = fresh();
    const { credentials } = store.tables;
    const pin = { person: AYESHA, hash: "h", secret: "s", step: 5, made: 1 };
    await write(store, (tx) => tx.putPin(pin));
    await write(store, (tx) => tx.putPin({ ...pin, step: 6, hash: "g" }));
    expect(credentials.pin(AYESHA)).toEqual({ ...pin, step: 6, hash: "g" });
    expect(credentials.pin(BILAL)).toBeUndefined();
    await write(store, (tx) => {
      tx.putMisses(AYESHA, { count: 1, until: 0 });
      tx.putMisses(AYESHA, { count: 2, until: 9 });
      tx.dropPin(AYESHA);
    });
    expect([credentials.pin(AYESHA), credentials.misses(AYESHA)]).toEqual([undefined, { count: 2, until: 9 }]);
    await write(store, (tx) => tx.dropMisses(AYESHA));
    expect(credentials.misses(AYESHA)).toBeUndefined();
  });

  test("recovery codes are replaced as a whole and taken once", async () => {
    const store = fresh();
    const { credentials } = store.tables;
    await write(store, (tx) => tx.putRecovery(BILAL, ["x"]));
    await write(store, (tx) => tx.putRecovery(AYESHA, ["a", "b"]));
    await write(store, (tx) => tx.putRecovery(AYESHA, ["c", "d"]));
    expect(credentials.recovery(AYESHA).sort()).toEqual(["c", "d"]);
    const taken: boolean[] = [];
    await write(store, (tx) => {
      for (const hash of ["c", "c", "a", "x"]) taken.push(tx.takeRecovery(AYESHA, hash));
    });
    expect(taken).toEqual([true, false, false, false]);
    expect([credentials.recovery(AYESHA), credentials.recovery(BILAL)]).toEqual([["d"], ["x"]]);
  });

  test("an account is one person's, and a person has one of each issuer", async () => {
    const store = fresh();
    const { credentials } = store.tables;
    const account = { issuer: "i", subject: "s", person: AYESHA, claim: "a@example.pk", made: 1 };
    await write(store, (tx) => tx.putAccount(account));
    expect([credentials.account("i", "s"), credentials.accountOf("i", AYESHA)]).toEqual([account, account]);
    await write(store, (tx) => tx.putAccount({ ...account, subject: "t" }));
    expect([credentials.account("i", "s"), credentials.accountOf("i", AYESHA)?.subject]).toEqual([undefined, "t"]);
    await expect(write(store, (tx) => tx.putAccount({ ...account, subject: "t", person: BILAL }))).rejects.toThrow();
    await write(store, (tx) => tx.putAccount({ ...account, issuer: "j", subject: "t", person: BILAL }));
    expect(credentials.account("j", "t")?.person).toBe(BILAL);
    await write(store, (tx) => tx.dropAccounts(BILAL));
    expect([credentials.account("j", "t"), credentials.account("i", "t")?.person]).toEqual([undefined, AYESHA]);
  });

  test("the first key stands; what a refused job wrote does not", async () => {
    const store = fresh();
    const { credentials } = store.tables;
    expect(credentials.key()).toBeUndefined();
    const broken = write(store, (tx) => {
      tx.keepKey("lost");
      tx.putPin({ person: AYESHA, hash: "h", secret: "s", step: 5, made: 1 });
      throw new Error("broken");
    });
    await expect(broken).rejects.toThrow("broken");
    expect([credentials.key(), credentials.pin(AYESHA)]).toEqual([undefined, undefined]);
    await write(store, (tx) => tx.keepKey("first"));
    await write(store, (tx) => tx.keepKey("second"));
    expect(credentials.key()).toBe("first");
  });
}
