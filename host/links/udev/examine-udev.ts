import { inInitialNamespace, UdevPresence, udevFolder } from './udev-presence.js'

/** Whether udev runs, and looks after the links of this network namespace. */
export function examineUdev(): 'runs' | 'absent' | 'elsewhere' {
  if (!inInitialNamespace()) return 'elsewhere'
  return new UdevPresence(`${udevFolder}/control`).runs ? 'runs' : 'absent'
}
