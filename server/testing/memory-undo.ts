/** What one job of the memory store did, so that it can be taken back; nothing more once the job is over. */
export class MemoryUndo {
  private readonly undos: (() => unknown)[] = [];
  private open = true;

  push(undo: () => unknown): void {
    this.undos.push(undo);
  }

  set<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
    this.mustBeOpen();
    const before = map.get(key);
    this.push(() => (before === undefined ? map.delete(key) : map.set(key, before)));
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }

  mustBeOpen(): void {
    if (!this.open) throw new Error("The transaction is over: a job may not keep it.");
  }

  close(): void {
    this.open = false;
  }

  takeBack(): void {
    this.close();
    for (const undo of this.undos.reverse()) undo();
  }
}
