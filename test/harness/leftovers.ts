import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** How long children that are just ending may take to be gone. */
const grace = 1_000

/** Kills what is left of a session whose leader has ended. Returns the command lines of what was there. */
export async function endLeftovers(session: number): Promise<string[]> {
  const deadline = performance.now() + grace
  let left = membersOf(session)
  while (left.length > 0 && performance.now() < deadline) {
    await delay(20)
    left = membersOf(session)
  }
  const commands = left.map(commandOf)
  for (const pid of left) kill(pid)
  return commands
}

function membersOf(session: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const stat = readProc(pid, 'stat')
      // The command, in parentheses, may hold spaces: state, parent, group and session come after it.
      const [state, , group, ofSession] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return state !== 'Z' && (Number(group) === session || Number(ofSession) === session)
    })
}

function commandOf(pid: number): string {
  const command = readProc(pid, 'cmdline').replaceAll('\0', ' ').trim()
  return `${pid} ${command || readProc(pid, 'comm').trim()}`
}

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    // It is gone.
    return ''
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone.
  }
}
