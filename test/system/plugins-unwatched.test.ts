import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { skip, suite } from '../harness.js'
import { goodManifest } from '../host/plugin-host/support.js'

const test = suite('system/plugins-unwatched')
const child = fileURLToPath(new URL('./plugins-unwatched-child.js', import.meta.url))
let root = ''

test.before.each(async () => {
  root = await mkdtemp(join(tmpdir(), 'claimd-unwatched-'))
})
test.after.each(() => rm(root, { recursive: true, force: true }))

test(
  'where the system gives no watches that is said once for a folder, and changes are found all the same',
  async () => {
    if (process.geteuid!() !== 0) skip('needs root')
    await mkdir(join(root, 'plugins/lab'), { recursive: true })
    await writeFile(join(root, 'plugins/lab/index.js'), 'one')
    for (let index = 0; index < 20; index++) await writeFile(join(root, `plugins/lab/part-${index}.js`), '')
    await writeFile(join(root, 'plugins/lab/package.json'), JSON.stringify(goodManifest('lab')))
    // A user namespace has a limit of its own, which nobody else is under.
    const limited = 'echo 0 > /proc/sys/user/max_inotify_watches && exec "$0" "$@"'
    const host = spawn('unshare', ['-Ur', 'sh', '-c', limited, process.execPath, child, root], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const said: string[] = []
    const lines = createInterface({ input: host.stdout! })
    for await (const line of lines) {
      said.push(line)
      if (line === 'accepted one') {
        // The attempts to watch end with a look, which is not what this is about.
        await delay(2000)
        await writeFile(join(root, 'plugins/lab/index.js'), 'two')
      }
      if (line === 'accepted two') break
    }
    host.kill()
    await once(host, 'exit')
    assert.ok(said.includes('accepted two'), said.join('\n'))
    const problems = said.filter((line) =>
      line.includes(`${join(root, 'plugins/lab')} is watched less closely`),
    )
    assert.is(problems.length, 1, said.join('\n'))
  },
  { timeout: 60_000 },
)

test.run()
