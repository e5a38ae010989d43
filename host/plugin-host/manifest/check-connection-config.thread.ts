/** What runs in a thread of its own, see `check-connection-config.ts`: it answers for one schema after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import { connectionConfigFaults, type SettingsOf } from './connection-config-faults.js'

for (const settings of workerData as SettingsOf[]) {
  let failed: string | null = null
  let faults: ReturnType<typeof connectionConfigFaults> = []
  try {
    faults = connectionConfigFaults(settings)
  } catch (error) {
    failed = String(error)
  }
  parentPort!.postMessage({ faults, failed })
}
