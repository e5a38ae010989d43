import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Wall } from '../../host/plugin-host/jail/wall.js'
import { skip, suite } from '../harness.js'
import { RemoteHost } from '../host/plugin-host/jail/remote-host.js'

const test = suite('system/jail, in all kinds of places', { timeout: 30_000 })
const hosts: RemoteHost[] = []
const folders: string[] = []

test.before(() => {
  if (process.getuid?.() !== 0) skip('needs root')
})
test.after.each(async () => {
  for (const one of hosts.splice(0)) await one.end()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const host = (prefix: readonly string[] = [], options = {}) => {
  const one = new RemoteHost(prefix, options)
  hosts.push(one)
  return one
}
const folder = (parent: string) => {
  const path = mkdtempSync(join(parent, "claimd jail's "))
  folders.push(path)
  return path
}
/** A command that runs another in mounts of its own, after it has changed them. */
const after = (script: string) => [
  ...['unshare', '--mount', '--propagation', 'private', '--', '/bin/sh', '-ec', `${script}\nexec "$@"`, 'sh'],
]
const missing = (walls: Wall[]) => walls.filter(({ stands }) => !stands).map(({ wall }) => wall)
const whatOf = (walls: Wall[], name: string) => walls.find(({ wall }) => wall === name)!.because

for (const parent of ['/tmp', '/var/tmp', '/root', '/dev/shm', '/run', '/home']) {
  test(`all walls stand with the state folder in ${parent}, which nobody else may enter`, async () => {
    const one = host([], { parent: folder(parent) })
    assert.equal(missing(await one.walls()), [])
    await one.launch('plugin')
    assert.is(await one.try('plugin', () => 7), 7)
  })
}

test('all walls stand with a Node that lies in somebody’s private home', async () => {
  const node = join(folder('/root'), 'node')
  copyFileSync(process.execPath, node)
  const one = host([], { node })
  assert.equal(missing(await one.walls()), [])
  await one.launch('plugin')
  assert.is(await one.try('plugin', () => process.execPath), node)
})

test('all walls stand with a file mode mask that lets nobody else in', async () => {
  const one = host(['/bin/sh', '-c', 'umask 077; exec "$@"', 'sh'])
  assert.equal(missing(await one.walls()), [])
  await one.launch('plugin')
  assert.is(await one.try('plugin', () => 7), 7)
})

test('a wall whose program is missing falls alone, is named with the reason, and the plugin runs', async () => {
  for (const [program, walls] of [
    ['prlimit', ['limits']],
    ['unshare', ['hidden-folders', 'hidden-processes', 'empty-network', 'own-ipc']],
    ['nsenter', ['hidden-folders', 'hidden-processes']],
    ['setpriv', ['no-capabilities', 'no-new-privileges', 'dies-with-host', 'own-user']],
  ] as const) {
    const one = host(after(`mount --bind /dev/null /usr/bin/${program}`), { open: true })
    const found = await one.walls()
    assert.equal(new Set(missing(found)), new Set(walls), program)
    assert.match(whatOf(found, walls[0]), `${program} (of util-linux) is not installed: `)
    await one.launch('plugin')
    assert.is(await one.try('plugin', () => 7), 7)
  }
})

test('without any of the programs Node’s permissions are left, and the plugin runs', async () => {
  const hidden = ['prlimit', 'unshare', 'nsenter', 'setpriv']
  const one = host(after(hidden.map((program) => `mount --bind /dev/null /usr/bin/${program}`).join('\n')))
  const standing = (await one.walls()).filter(({ stands }) => stands).map(({ wall }) => wall)
  assert.equal(standing, ['low-priority', 'node-permissions'])
  await one.launch('plugin')
  assert.is(await one.try('plugin', () => 7), 7)
})

test('root of a container, without the right to mount: other walls stand, and it is said what is open', async () => {
  const contained = ['setpriv', '--bounding-set=-sys_admin', '--inh-caps=-sys_admin', '--']
  const one = host(contained, { open: true })
  const walls = await one.walls()
  assert.equal(missing(walls), ['hidden-folders', 'hidden-processes', 'empty-network', 'own-ipc'])
  assert.match(
    whatOf(walls, 'empty-network'),
    /^unshare: .*not permitted.*: a plugin can open network connections/,
  )
  await one.launch('plugin')
  assert.is.not(await one.try('plugin', () => process.getuid!()), 0)
})

test('where plugins’ users cannot come to the stage they are not used, and the reason is said', async () => {
  const one = host(['setpriv', '--bounding-set=-sys_admin', '--inh-caps=-sys_admin', '--'])
  assert.match(whatOf(await one.walls(), 'own-user'), /^the user of plugins cannot come to \/.*stage: /)
  await one.launch('plugin')
  assert.is(await one.try('plugin', () => process.getuid!()), 0)
})

test.run()
