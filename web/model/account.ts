import { batch } from "@preact/signals-core";
import type { Identity } from "../net/link.ts";
import { Refusal } from "../net/refusal.ts";
import type { DeviceKey, Platform } from "../platform/ports.ts";
import type { Obtain } from "./contract.ts";
import type { ClientOptions, Parts } from "./parts.ts";
import type { State } from "./state.ts";

/** Who is signed in on this device, and how one comes in and goes. */
export class Account {
  private identity: Identity | undefined;
  private key: DeviceKey | undefined;

  constructor(
    private readonly platform: Platform,
    private readonly options: ClientOptions,
    private readonly parts: Parts,
    private readonly state: State,
  ) {}

  get person(): string | undefined {
    return this.identity?.person;
  }

  get device(): string | null {
    return this.identity?.device ?? null;
  }

  /** @throws Refusal where nobody is signed in */
  who(): Identity & { key: DeviceKey } {
    if (!this.identity || !this.key) throw new Refusal("sign-in", "Sign in first.");
    return { ...this.identity, key: this.key };
  }

  async load(): Promise<void> {
    const { vault, keys } = this.platform;
    this.identity = (await vault.get("meta", "identity")) as Identity | undefined;
    this.key = await keys.load();
  }

  /** Goes on as the one who is signed in, if there is one. */
  resume(): void {
    const { identity, key } = this;
    this.state.phase.value = identity && key ? "ready" : "sign-in";
    if (identity && key) this.parts.link.start(identity, key);
  }

  /** Makes this device one of the person's whom `obtain` names. What an earlier person left is forgotten, one's own is kept. */
  async enter(obtain: Obtain): Promise<void> {
    const { vault, keys, tabs } = this.platform;
    const { out, house, nodes } = this.parts;
    const key = await keys.create();
    const { node, label = "" } = this.options;
    const name = typeof label === "string" ? label : await label();
    const { person, device, province } = await obtain(node, key.spki, name);
    if (this.identity && this.identity.person !== person) await this.forget();
    this.identity = { person, device, province, node };
    this.key = key;
    const trouble = (error: unknown) => this.state.trouble(error);
    const meta = (key: string, value?: unknown) => ({ table: "meta", key, value }) as const;
    // Which key its province has, a device that comes in anew hears at its next visit there.
    nodes.list = undefined;
    await vault.write([meta("identity", this.identity), meta("fleet")]).catch(trouble);
    await out.adopt(device);
    await house.load(person).catch(trouble);
    this.state.dismiss();
    this.resume();
    tabs.post("signed-in");
  }

  async signOut(): Promise<void> {
    await this.forget();
    await this.platform.keys.forget();
    this.platform.tabs.post("signed-out");
  }

  /** Leaves nothing of the person on this device but the key. */
  private async forget(): Promise<void> {
    this.leave();
    await this.parts.house.cache.save();
    await this.platform.vault.clear();
  }

  /** Nobody is signed in here any more; what is stored is left to the tab that signed out. */
  leave(): void {
    const { link, house, people, posts, out } = this.parts;
    // First, while there is a link: whoever is in a call tells the others that they leave.
    this.state.phase.value = "sign-in";
    link.stop();
    this.identity = this.key = undefined;
    batch(() => {
      this.state.me.value = null;
      this.state.roles.value = [];
      this.state.outbox.value = 0;
      house.forget();
      people.forget();
      posts.forget();
      out.forget();
      this.state.access.value = [];
    });
  }
}
