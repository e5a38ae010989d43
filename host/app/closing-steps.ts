/**
 * What has to be undone when the daemon stops, in reverse order and one after the other. The container's own
 * disposal runs concurrently, knows nothing of values and factories, and stops at the first throw.
 */
export class ClosingSteps {
  private readonly steps: (() => void | Promise<void>)[] = []

  add(step: () => void | Promise<void>): void {
    this.steps.push(step)
  }

  /** Runs every step, also after one failed; then throws what was thrown. */
  async run(): Promise<void> {
    const errors: unknown[] = []
    for (let step = this.steps.pop(); step; step = this.steps.pop()) {
      try {
        await step()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length === 1) throw errors[0]
    if (errors.length > 1) throw new AggregateError(errors, 'several parts of the daemon failed to stop')
  }
}
