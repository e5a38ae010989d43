import { inInitialNamespace, UdevPresence, udevFolder } from './udev-presence.js'

const presence = new UdevPresence(`${udevFolder}/control`)

/** Whether udev runs, and looks after the links of this network namespace. */
export function examineUdev(): 'runs' | 'absent' | 'elsewhere' {
  if (!inInitialNamespace()) return 'elsewhere'
  return presence.runs ? 'runs' : 'absent'
}
