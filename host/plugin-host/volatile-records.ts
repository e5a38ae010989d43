import type { Records } from '../core/kernel/store-port.js'

/** Records that last as long as the host: for one without a state folder. */
export function volatileRecords(): Records {
  const rows = new Map<string, { kind: string; key: string; value: unknown }>()
  return {
    all: <Value>(kind: string) =>
      [...rows.values()]
        .filter((row) => row.kind === kind)
        .map(({ key, value }) => ({ key, value: value as Value })),
    put: (kind, key, value) => {
      rows.set(`${kind} ${key}`, { kind, key, value: structuredClone(value) })
    },
    drop: (kind, key) => {
      rows.delete(`${kind} ${key}`)
    },
  }
}
