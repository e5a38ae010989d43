import childProcess from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'

/** What a command holds when it starts Node; a shell or `ip netns exec` may stand in front of it. */
const isNode = /(^|[\s/])(node|npm|npx|claimd\.js)(\s|$)/

/** Calls back, before it happens, whenever this process starts a command that runs Node. */
export function reportNodeChildren(starts: (command: string) => void): void {
  const look = (file: unknown, args: unknown) => {
    const command = [file, ...(Array.isArray(args) ? args : [])].join(' ')
    if (isNode.test(command) || command.includes(process.execPath)) starts(command)
  }
  const { spawn } = childProcess.ChildProcess.prototype as unknown as Spawning
  Object.assign(childProcess.ChildProcess.prototype, {
    spawn(this: unknown, options: { file: string; args?: string[] }) {
      look(options.file, options.args)
      return spawn.call(this, options)
    },
  })
  for (const name of ['spawnSync', 'execFileSync', 'execSync'] as const) {
    const call = childProcess[name] as (...args: unknown[]) => unknown
    Object.assign(childProcess, {
      [name]: (...args: unknown[]) => {
        look(args[0], args[1])
        return call(...args)
      },
    })
  }
  syncBuiltinESMExports()
}

interface Spawning {
  spawn(options: { file: string; args?: string[] }): unknown
}
