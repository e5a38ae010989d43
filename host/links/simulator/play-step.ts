import type { SimulatedFields, SimulatedLink, SimulationStep } from './simulation.js'

/** What a script is played on. */
export interface Stage {
  add(link: SimulatedLink): unknown
  change(name: string, fields: SimulatedFields): unknown
  remove(name: string): unknown
  rename(from: string, to: string): unknown
}

export function playStep(stage: Stage, { add, change, remove, rename }: SimulationStep): void {
  if (add) stage.add(add)
  if (rename) stage.rename(rename.from, rename.to)
  if (remove !== undefined) stage.remove(remove)
  if (change) {
    const { name, ...fields } = change
    stage.change(name, fields)
  }
}
