import { execFile } from 'node:child_process'

/** What keeps the programs of plugins together on this machine. */
export interface ExecWalls {
  /** The host is root: programs get a user and capabilities, and can be put into an empty network. */
  root: boolean
  /** Each has a process namespace of its own: nothing that it starts can outlive it. */
  processes: boolean
}

let known: Promise<ExecWalls> | null = null

/** Found out once, by trying. */
export function execWalls(): Promise<ExecWalls> {
  known ??= probe()
  return known
}

async function probe(): Promise<ExecWalls> {
  if (process.geteuid!() !== 0) return { root: false, processes: false }
  return { root: true, processes: await works(['/usr/bin/unshare', ...processNamespace, '--', '/bin/true']) }
}

/** How `unshare` makes a process namespace that ends with it, and sees only itself in /proc. */
export const processNamespace = ['--pid', '--fork', '--kill-child', '--mount-proc']

function works([command, ...args]: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(command!, args, { env: {}, cwd: '/', timeout: 10_000 }, (error) => resolve(error === null))
  })
}
