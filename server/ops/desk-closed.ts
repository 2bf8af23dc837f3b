import type { Person } from "#protocol/directory";
import type { DeviceId, PersonId } from "#protocol/ids";
import type { OrderAct } from "#protocol/order";
import { openSigner } from "../auth/province-key.ts";
import { verifyNow } from "../auth/verify.ts";
import { CarryOut } from "../domain/administration/carry-out.ts";
import { DatedOrders } from "../domain/administration/dated.ts";
import { Operator, type OperatorDone, type OperatorList } from "../domain/administration/operator.ts";
import { TokenDesk } from "../domain/administration/tokens.ts";
import { sealer } from "../domain/audit/seal.ts";
import { HybridClock } from "../domain/clock.ts";
import { Directory } from "../domain/directory/directory.ts";
import { InvitationDesk } from "../domain/enrolment/invitations.ts";
import { voidWays } from "../domain/enrolment/void-ways.ts";
import { WaveBook } from "../domain/enrolment/wave-book.ts";
import type { Imported } from "../domain/import/importer.ts";
import type { Signer } from "../domain/ports.ts";
import { openStore } from "../store/open.ts";
import { codeFrom, type Desk } from "./desk-port.ts";
import { OpsError } from "./error.ts";
import { folderProvince } from "./folder.ts";
import { operatorName } from "./operator-name.ts";

const unheard = () => new OpsError("The other provinces must hear of this: start the node first.");

/** Only a running node signs for its province. */
const signsNothing: Signer = {
  get key(): string {
    throw unheard();
  },
  sign: () => {
    throw unheard();
  },
};

/** A folder without a node. What must reach other provinces is left to a running one, which knows them. */
export class ClosedFolder implements Desk {
  private readonly store;
  private readonly directory: Directory;
  private readonly operator: Operator;

  constructor(data: string) {
    const province = folderProvince(data);
    this.store = openStore({ folder: data, province });
    // What is done here is in the audit log as well, and its seal needs the province's hand.
    this.store.tables.audit.sealWith(sealer(province, openSigner(this.store.secrets), verifyNow));
    const clock = new HybridClock(Date.now);
    clock.restore(this.store.newestStamp());
    this.directory = new Directory(this.store, clock, Date.now, () => [], signsNothing);
    const { store, directory } = this;
    const now = Date.now;
    const around = {
      ...{ store, directory, now, verify: verifyNow, waves: new WaveBook(store, now) },
      // Nothing is sent from here, and where the node will be found only the node knows.
      invitations: new InvitationDesk({ store, now, origin: () => "" }),
      sessions: () => [],
      online: () => new Set<DeviceId>(),
      secured: () => false,
    };
    const tokens = new TokenDesk(store, now);
    // What is put off to a day waits in the folder until a node runs.
    this.operator = new Operator(around, tokens, new DatedOrders(around, new CarryOut(around, tokens)));
  }

  async status() {
    const { province, origin, files } = this.store;
    return { running: false, province, origin, files, waiting: this.store.waiting() };
  }
  async people(text: string): Promise<Person[]> {
    return text ? this.directory.find(text, 50) : this.store.peopleOf(this.store.province);
  }
  code(person: PersonId, validMs: number): Promise<string> {
    return codeFrom(this, person, validMs);
  }
  addPerson(): Promise<void> {
    throw unheard();
  }
  voidWays(person: PersonId): Promise<number> {
    return voidWays(this.store, person, operatorName(), Date.now());
  }
  act(act: OrderAct): Promise<OperatorDone> {
    return this.operator.act(operatorName(), act);
  }
  list<T>(wanted: OperatorList): Promise<T[]> {
    return this.operator.list(operatorName(), wanted) as Promise<T[]>;
  }
  import(): Promise<Imported> {
    throw unheard();
  }
  close(): Promise<void> {
    return this.store.close();
  }
}
