import type { ConnectionsContext } from './context.js'

/** The fingerprints of the configs that configured connections and attempts need, as `neededConfigs` has them of what is stored. */
export function configsInUse({ stored, records, lateActs }: ConnectionsContext): string[] {
  const inForce = [...records.values()].flatMap(({ attempt, sharing }) => attempt ?? sharing ?? [])
  const late = [...lateActs.values()].map(({ attempt }) => attempt)
  return [...stored.values(), ...[...inForce, ...late].map(({ reference }) => reference)].map(
    ({ config }) => config,
  )
}
