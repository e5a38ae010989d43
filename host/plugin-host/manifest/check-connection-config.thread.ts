/** What runs in a thread of its own, see `check-configuration.ts`: it answers for one schema after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import { configurationFaults, type SettingsOf } from './configuration-faults.js'

for (const settings of workerData as SettingsOf[]) {
  let failed: string | null = null
  let faults: ReturnType<typeof configurationFaults> = []
  try {
    faults = configurationFaults(settings)
  } catch (error) {
    failed = String(error)
  }
  parentPort!.postMessage({ faults, failed })
}
