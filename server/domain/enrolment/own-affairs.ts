import { isChange } from "#protocol/change";
import type { Device } from "#protocol/directory";
import type { Enrolled } from "#protocol/enrol";
import { type DeviceId, DIRECTORY_ROOM, isId, type PersonId } from "#protocol/ids";
import type { Change } from "#protocol/notice";
import { linkCheck, linkText, type SelfAct, type SelfAnswer } from "#protocol/self";
import type { Now } from "../clock.ts";
import { shutOut } from "../directory/device-turn.ts";
import type { Directory } from "../directory/directory.ts";
import { AppError } from "../error.ts";
import type { Store, VerifySignature } from "../ports.ts";
import { changesOf } from "./changes.ts";
import { lettersOf } from "./code.ts";
import { deviceInfos } from "./devices.ts";
import { type Entrance, MAX_DEVICES, tidyLabel } from "./entrance.ts";
import type { Comer, Links } from "./links.ts";
import { OwnInvitations } from "./own-invitations.ts";
import { OwnPhotos } from "./own-photo.ts";

/** A signed-in device. */
interface Who {
  person: PersonId;
  device: DeviceId;
  /** the client's network address */
  address: string;
}

type WaysAct = Extract<
  SelfAct,
  { do: "ways" | "passkey" | "passkey-made" | "pin" | "pin-made" | "recovery" | "forget" }
>;

/** Passkeys, PINs and recovery codes, which are kept elsewhere. */
export interface OwnWays {
  act(who: Who, act: WaysAct): Promise<SelfAnswer>;
}

/** Who sees to it that a change of one's ways of signing in is asked for by the person now, and at this node. */
export interface ProvenChanges {
  ask(who: Who): Promise<SelfAnswer>;
  /**
   * @param proof as it came
   * @throws AppError update (none), fix (for another node), wait (too old), sign-in (not the device's), forbidden (passkey or
   * PIN are asked for)
   */
  check(who: Who, act: SelfAct, proof: unknown): Promise<void>;
  /** The person has proven by what they made just now who they are. */
  proved(device: DeviceId): void;
}

interface OwnAffairsOptions {
  store: Store;
  directory: Directory;
  entrance: Entrance;
  links: Links;
  ways?: OwnWays | undefined;
  proven: ProvenChanges;
  verify: VerifySignature;
  now: Now;
  /** the address of this node that people open, without a slash at its end */
  origin: () => string;
  /** devices of a person with an open session here */
  online: (person: PersonId) => ReadonlySet<DeviceId>;
}

/** How long `link-wait` waits for a device to come, in milliseconds. */
const WAIT_MS = 25_000;

/** What a person does about their own devices and ways of signing in. */
export class OwnAffairs {
  private readonly photos: OwnPhotos;
  private readonly listeners = new Set<(person: PersonId) => void>();
  private readonly invitations: OwnInvitations;

  constructor(private readonly options: OwnAffairsOptions) {
    this.photos = new OwnPhotos(options.store, options.directory, options.now);
    this.invitations = new OwnInvitations(options.store, options.now);
  }

  /**
   * @param proof of a change, as it came
   * @throws AppError fix, forbidden, conflict, elsewhere (only the home province keeps these); for the proof, as `ProvenChanges`
   */
  async act(who: Who, act: SelfAct, proof?: unknown): Promise<SelfAnswer> {
    if (!isChange(act)) return this.done(who, act);
    if (act.do !== "revoke") this.atHome(who);
    await this.options.proven.check(who, act, proof);
    const answer = await this.done(who, act);
    if (act.do === "passkey-made" || act.do === "pin-made") this.options.proven.proved(who.device);
    for (const listener of this.listeners) listener(who.person);
    return answer;
  }

  changes(person: PersonId): Change[] {
    return changesOf(this.options.store, person, this.options.now());
  }

  onChange(listener: (person: PersonId) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private async done(who: Who, act: SelfAct): Promise<SelfAnswer> {
    switch (act.do) {
      case "prove":
        return this.options.proven.ask(who);
      case "devices":
        return this.devices(who);
      case "rename":
        return this.rename(who, act.device, act.label);
      case "revoke":
        return this.revoke(who, act.device);
      case "invitation-stop":
        this.atHome(who);
        await this.invitations.stop(who, act.invitation);
        return { answer: "done" };
      case "invitation-allow":
        this.atHome(who);
        await this.invitations.allow(who, act.invitation);
        return { answer: "done" };
      case "link":
        return this.link(who);
      case "link-wait":
        return this.linkWait(who, act.code);
      case "link-let":
        return this.linkLet(who, act.code, act.signature);
      case "link-refuse":
        this.options.links.refuse(who.person, who.device, text(act.code));
        return { answer: "done" };
      case "photo":
        await this.photos.put(who, act.photo);
        return { answer: "done" };
      case "ways":
      case "passkey":
      case "passkey-made":
      case "pin":
      case "pin-made":
      case "recovery":
      case "forget":
        if (!this.options.ways) throw new AppError("elsewhere", "This node keeps no ways of signing in.");
        return this.options.ways.act(who, act);
      default:
        throw new AppError("fix", "There is no such act.");
    }
  }

  private devices({ person }: Who): SelfAnswer {
    const { store, online } = this.options;
    return { answer: "devices", devices: deviceInfos(store, person, online(person)), limit: MAX_DEVICES };
  }

  private async rename(who: Who, id: DeviceId, label: string): Promise<SelfAnswer> {
    const { store, directory } = this.options;
    this.atHome(who);
    const words = tidyLabel(text(label));
    if (!words) throw new AppError("fix", "A device needs a name.");
    await store.write(DIRECTORY_ROOM, (tx) => {
      directory.issue(tx, "enrolment", [{ device: { ...this.own(who, id), label: words } }]);
    });
    return { answer: "done" };
  }

  /** Shuts one's own device out; its sockets close with the commit. */
  private async revoke(who: Who, id: DeviceId): Promise<SelfAnswer> {
    const { store, directory, now } = this.options;
    await store.write(DIRECTORY_ROOM, (tx) => {
      const device = this.own(who, id);
      if (device.revoked) return;
      if (device.undone?.includes(store.province))
        throw new AppError("elsewhere", "This device was let back in at home, and can be shut out there alone.");
      directory.issue(tx, "revocation", [{ device: shutOut(device) }]);
      const by = { person: who.person, device: who.device };
      tx.tables.audit.append({ kind: "revoked", by, facts: { device: id, address: who.address } }, now());
    });
    return { answer: "done" };
  }

  private link(who: Who): SelfAnswer {
    this.atHome(who);
    const { links, origin } = this.options;
    const { code, expires } = links.open(who.person, who.device);
    return { answer: "link", code, url: `${origin()}/#/link/${code}`, expires };
  }

  private async linkWait(who: Who, code: string): Promise<SelfAnswer> {
    const comer = await this.options.links.comer(who.person, who.device, text(code), WAIT_MS);
    if (!comer) return { answer: "link-wait", comer: null };
    const { label, key } = comer;
    return { answer: "link-wait", comer: { label, key, check: await linkCheck(lettersOf(code), key) } };
  }

  private async linkLet(who: Who, given: string, signature: string): Promise<SelfAnswer> {
    const { store, links, verify } = this.options;
    this.atHome(who);
    const { person, device } = who;
    const code = lettersOf(text(given));
    const { key } = links.waiting(person, device, code);
    const acting = store.device(device);
    if (!acting || !(await verify(acting.key, linkText(code, key), text(signature))))
      throw new AppError("sign-in", "The signature is not this device's.");
    const comer = links.hold(person, device, code);
    try {
      links.let(code, await this.enter(who, key, comer, signature));
    } finally {
      links.release(code);
    }
    return { answer: "done" };
  }

  /** One yes enters one device, however often it is said at once. @throws AppError as `Entrance.admit` */
  private enter({ person, device }: Who, key: string, comer: Comer, signature: string): Promise<Enrolled> {
    const { store, entrance } = this.options;
    return store.write(DIRECTORY_ROOM, (tx) => {
      if (comer.key !== key || store.device(device)?.revoked !== false)
        throw new AppError("forbidden", "This device may not let others in.");
      const linked = { device, signature };
      return entrance.admit(tx, person, { key, label: comer.label, linked }, "link", comer.address);
    });
  }

  /** Devices come in, and are named, in the person's own province alone. */
  private atHome({ person }: Who): void {
    const { store } = this.options;
    if (store.person(person)?.province !== store.province)
      throw new AppError("elsewhere", "This is done at a node of your own province.");
  }

  private own({ person }: Who, id: DeviceId): Device {
    const device = isId(id) ? this.options.store.device(id) : undefined;
    if (device?.person !== person) throw new AppError("forbidden", "This is no device of yours.");
    return device;
  }
}

function text(value: unknown): string {
  if (typeof value !== "string" || value.length > 512) throw new AppError("fix", "The request is malformed.");
  return value;
}
