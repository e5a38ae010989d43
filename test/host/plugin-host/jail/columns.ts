import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Wall, WallName } from '../../../../host/plugin-host/jail/wall.js'
import type { AttemptName } from './attempts.js'
import type { Outcome } from './obedient.js'

const run = promisify(execFile)
const script = fileURLToPath(new URL('./column.js', import.meta.url))

/** How every attempt went in one host. */
export interface Column {
  outcomes: Record<AttemptName | 'the other plugin lives', Outcome>
  walls: Wall[]
}

/** Root of the machine with mounts of its own, where sockets and a set-user-id program are put. */
const privately = [
  ...['unshare', '--mount', '--propagation', 'private', '--', '/bin/sh', '-ec'],
  `mount -t tmpfs -o mode=1777 claimd-test /run
mount -t tmpfs -o mode=1777 claimd-test /usr/local/share
cp /usr/bin/cat /usr/local/share/claimd-cat
chmod 4755 /usr/local/share/claimd-cat
exec "$@"`,
  'sh',
]
export const asUser = ['setpriv', '--reuid=12345', '--regid=12345', '--clear-groups', '--']

/** Makes all attempts in a host of its own, which builds the named walls and no others. Needs root. */
export async function column(walls: readonly WallName[], prefix: readonly string[] = []): Promise<Column> {
  const [command, ...args] = [...privately, ...prefix, process.execPath, script, ...walls]
  const { stdout } = await run(command!, args, { cwd: '/', env: {}, timeout: 110_000 })
  return JSON.parse(stdout) as Column
}

/** Two at a time. */
export async function columns<Key>(all: readonly Key[], make: (key: Key) => Promise<Column>) {
  const made = new Map<Key, Column>()
  const waiting = [...all]
  const work = async () => {
    for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) made.set(key, await make(key))
  }
  await Promise.all([work(), work()])
  return made
}
