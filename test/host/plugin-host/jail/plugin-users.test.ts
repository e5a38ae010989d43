import { chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { makeDataFolder } from '../../../../host/plugin-host/jail/own-folders.js'
import { PluginUsers, pluginUserRange, retireUser } from '../../../../host/plugin-host/jail/plugin-users.js'
import { skip, suite } from '../../../harness.js'
import { MemoryRecords } from './jail-lab.js'

const test = suite('plugin-host/jail/plugin-users')
/** Ids that nothing on the machine has. */
const few = { first: 3_000_000, last: 3_000_004 }
let data: string

test.before.each(() => {
  data = mkdtempSync('/tmp/claimd-users-')
})
test.after.each(() => rmSync(data, { recursive: true }))

test('each plugin has a user of its own, the same one after a restart', () => {
  const records = new MemoryRecords()
  const users = new PluginUsers(records, data)
  const names = Array.from({ length: 50 }, (_, index) => `plugin-${index}`)
  const uids = names.map((name) => users.userOf(name).uid)
  assert.is(new Set(uids).size, 50)
  for (const uid of uids) assert.ok(uid >= pluginUserRange.first && uid <= pluginUserRange.last)
  const again = new PluginUsers(records, data)
  assert.not.ok(uids.includes(again.userOf('plugin-new').uid))
  assert.equal(
    names.map((name) => again.userOf(name).uid),
    uids,
  )
})

test('every id of the range is given, once', () => {
  const users = new PluginUsers(new MemoryRecords(), data, few)
  const uids = Array.from({ length: 5 }, (_, index) => users.userOf(`plugin-${index}`).uid)
  assert.equal(
    uids.sort(),
    Array.from({ length: 5 }, (_, index) => few.first + index),
  )
  assert.throws(() => users.userOf('one more'), /^all user ids from 3000000 to 3000004 are in use$/)
})

test('an id that the system knows is not given, and when none is left it is said', () => {
  // The last one is that of nobody, everywhere.
  const users = new PluginUsers(new MemoryRecords(), data, { first: 65_533, last: 65_534 })
  assert.is(users.userOf('first').uid, 65_533)
  assert.throws(() => users.userOf('second'), 'all user ids from 65533 to 65534 are in use')
})

test('a plugin that was removed leaves its id to no other one, not even of its name, while others are left', () => {
  const records = new MemoryRecords()
  const users = new PluginUsers(records, data, few)
  const { uid } = users.userOf('lab')
  retireUser(records, 'lab')
  users.forget('lab')
  const again = new PluginUsers(records, data, few)
  for (const one of [users, again]) assert.is.not(one.userOf('lab').uid, uid)
  const others = ['a', 'b', 'c'].map((name) => users.userOf(name).uid)
  assert.not.ok(others.includes(uid))
  assert.is(users.userOf('last').uid, uid, 'better than none')
  assert.throws(() => users.userOf('one more'), /are in use/)
  assert.is(new PluginUsers(records, data, few).userOf('last').uid, uid)
})

test('an id that a process runs as is not given', () => {
  const uid = process.getuid!()
  const users = new PluginUsers(new MemoryRecords(), data, { first: uid, last: uid })
  assert.throws(() => users.userOf('any'), /are in use/)
})

test('a user that could not be remembered is not given', () => {
  class Full extends MemoryRecords {
    override put(): void {
      throw new Error('disk full')
    }
  }
  const users = new PluginUsers(new Full(), data)
  assert.throws(() => users.userOf('any'), 'disk full')
  assert.throws(() => users.userOf('any'), 'disk full')
})

test('what another plugin has left belongs to nobody new, and its folder gives a plugin its user back', () => {
  if (process.getuid?.() !== 0) skip('needs root')
  const { first } = few
  for (const [name, uid] of [
    ['gone', first],
    ['back', first + 1],
    ['strange', 1],
  ] as const) {
    mkdirSync(join(data, name))
    chownSync(join(data, name), uid, uid)
  }
  const users = new PluginUsers(new MemoryRecords(), data, few)
  const others = ['new', 'newer', 'strange'].map((name) => users.userOf(name).uid)
  assert.equal(others.sort(), [first + 2, first + 3, first + 4])
  assert.is(users.userOf('back').uid, first + 1)
  assert.throws(() => users.userOf('newest'), /are in use/)
})

test('a data folder of another user is handed over whole, and links in it are not followed', () => {
  if (process.getuid?.() !== 0) skip('needs root')
  const folder = join(data, 'plugin')
  mkdirSync(join(folder, 'below'), { recursive: true })
  for (const file of [join(data, 'outside'), join(folder, 'below', 'file')]) writeFileSync(file, '')
  symlinkSync(join(data, 'outside'), join(folder, 'link'))
  makeDataFolder(folder, { uid: 60_999, gid: 60_999 })
  for (const path of [folder, join(folder, 'below'), join(folder, 'below', 'file')]) {
    assert.equal([statSync(path).uid, statSync(path).gid], [60_999, 60_999], path)
  }
  assert.is(statSync(join(data, 'outside')).uid, 0)
  makeDataFolder(folder, null)
  assert.is(statSync(join(folder, 'below', 'file')).uid, 0, 'and back')
  assert.is(statSync(folder).mode & 0o777, 0o700)
})

test.run()
