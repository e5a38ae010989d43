/** Numbers that are never given twice, also over restarts: the store keeps them ahead of those in use. */
export class Counters {
  constructor(
    /** The highest generation of a link that was given. */
    public generation: number,
    /** The highest fence that was given. */
    public fence: number,
  ) {}

  nextGeneration(): number {
    return ++this.generation
  }

  nextFence(): number {
    return ++this.fence
  }
}
