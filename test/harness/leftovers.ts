import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** The processes of one test file. */
export interface Family {
  /** The process of the file, which leads a session and a group. */
  leader: number
  /** An entry of the environment that nobody else has: it also finds children in sessions of their own. */
  marker: string
}

/** How long children that are just ending may take to be gone. */
const grace = 1_000

/** Kills what is left when the leader has ended. Returns the command lines of what had to be killed. */
export async function endLeftovers(family: Family): Promise<string[]> {
  const deadline = performance.now() + grace
  let left = membersOf(family)
  while (left.length > 0 && performance.now() < deadline) {
    await delay(20)
    left = membersOf(family)
  }
  const commands = left.map(commandOf)
  for (const pid of left) kill(pid)
  return commands
}

/** Kills the leader while it runs, and whoever is in its group. */
export function killGroup({ leader }: Family): void {
  kill(-leader)
}

function membersOf({ leader, marker }: Family): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const stat = readProc(pid, 'stat')
      // The command, in parentheses, may hold anything: state, parent, group and session come after it.
      const [state, , group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (state === 'Z') return false
      const related = Number(group) === leader || Number(session) === leader
      return related || readProc(pid, 'environ').split('\0').includes(marker)
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
    // It is gone, or somebody else's.
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
