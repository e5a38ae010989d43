/** What `skip()` throws. */
export class Skipped {
  constructor(readonly reason: string) {}
}

/** Ends a test as skipped, with a reason that the runner prints; in a `before` hook, every test of the suite. */
export function skip(reason: string): never {
  throw new Skipped(reason)
}
