import { execFileSync } from 'node:child_process'
import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { rescanMs } from '../../../../host/plugin-host/discovery/watcher.js'
import { suite } from '../../../harness.js'
import { LiveTimers } from '../../live-timers.js'
import { goodManifest, until } from '../support.js'
import { DiscoveryLab } from './discovery-lab.js'

/** What is only found because everything is looked at once more, is found too late for these. */
const timeout = rescanMs.afterHint / 2

const test = suite('plugin-host/watcher')
let lab: DiscoveryLab

test.before.each(async () => {
  lab = await DiscoveryLab.make()
  await mkdir(lab.at('plugins'))
})
test.after.each(() => lab.end())

/** Waits until what runs would be this code. */
const runs = (name: string, code: string) =>
  until(async () => {
    const entry = lab.plugin(name)?.accepted?.entry
    return entry !== undefined && (await readFile(entry, 'utf8')) === code
  })

test(
  'what is edited in place is looked at, and the folder is named at once',
  async () => {
    await lab.write('plugins/lab', 'one')
    await lab.watch()
    lab.touched.length = 0
    await writeFile(lab.at('plugins/lab/index.js'), 'two')
    await until(() => lab.touched.length > 0)
    assert.is(lab.touched[0], lab.at('plugins/lab'))
    await runs('lab', 'two')
  },
  { timeout },
)

test(
  'an atomic save, and another within a few milliseconds',
  async () => {
    await lab.write('plugins/lab', 'one')
    await lab.watch()
    for (const code of ['two', 'three', 'four', 'five']) {
      await lab.save('plugins/lab/index.js', code)
      await runs('lab', code)
      await lab.save('plugins/lab/index.js', `${code} a`)
      await delay(10)
      await lab.save('plugins/lab/index.js', `${code} b`)
      await delay(45)
      await writeFile(lab.at('plugins/lab/index.js'), `${code} c`)
      await runs('lab', `${code} c`)
    }
  },
  { timeout },
)

test(
  'a file that is written in pieces counts when it is whole',
  async () => {
    await lab.write('plugins/lab', 'one')
    await lab.watch()
    const seen = new Set<string>()
    const whole = Array.from({ length: 30 }, (_, index) => `// ${index}\n`).join('')
    for (let length = 0; length <= whole.length; length += 20) {
      await writeFile(lab.at('plugins/lab/index.js'), whole.slice(0, length))
      seen.add((await readFile(lab.plugin('lab')!.accepted!.entry, 'utf8')).slice(-1))
    }
    await writeFile(lab.at('plugins/lab/index.js'), whole)
    await runs('lab', whole)
  },
  { timeout },
)

test(
  'a folder swapped for another with no gap, again and again, and edits after that',
  async () => {
    await lab.write('plugins/lab', 'zero')
    await lab.watch()
    for (let round = 1; round <= 5; round++) {
      await lab.write('next', `swapped ${round}`, { name: 'lab' })
      await rename(lab.at('plugins/lab'), lab.at(`old-${round}`))
      await rename(lab.at('next'), lab.at('plugins/lab'))
      await runs('lab', `swapped ${round}`)
      await writeFile(lab.at(`old-${round}/index.js`), 'of no concern')
      await writeFile(lab.at('plugins/lab/index.js'), `edited ${round}`)
      await runs('lab', `edited ${round}`)
    }
  },
  { timeout },
)

test(
  'a folder inside the plugin swapped for another, and edits after that',
  async () => {
    await lab.write('plugins/lab', 'one')
    await mkdir(lab.at('plugins/lab/dist'))
    await writeFile(lab.at('plugins/lab/dist/part.js'), 'one')
    await lab.watch()
    for (let round = 1; round <= 3; round++) {
      let before = lab.build('lab')
      await mkdir(lab.at('dist.new'))
      await writeFile(lab.at('dist.new/part.js'), `swapped ${round}`)
      await rename(lab.at('plugins/lab/dist'), lab.at(`dist-${round}`))
      await rename(lab.at('dist.new'), lab.at('plugins/lab/dist'))
      await lab.changed('lab', before)
      before = lab.build('lab')
      // The watch of the new folder is being set up; an edit meanwhile must not be lost either.
      await writeFile(lab.at('plugins/lab/dist/part.js'), `edited ${round}`)
      await lab.changed('lab', before)
    }
  },
  { timeout },
)

test(
  'a link that is flipped, in the search folder and on the way to it',
  async () => {
    for (const code of ['one', 'two', 'three']) await lab.write(`builds/${code}`, code, { name: 'lab' })
    const flip = async (to: string, link: string) => {
      await symlink(lab.at(to), lab.at('link'))
      await rename(lab.at('link'), lab.at(link))
    }
    await flip('builds/one', 'plugins/lab')
    await lab.watch()
    await flip('builds/two', 'plugins/lab')
    await runs('lab', 'two')
    await writeFile(lab.at('builds/two/index.js'), 'two, edited')
    await runs('lab', 'two, edited')
    // A link to a link: what the first one says stays the same.
    await flip('builds/two', 'current')
    await flip('current', 'plugins/lab')
    await delay(100)
    await flip('builds/three', 'current')
    await runs('lab', 'three')
  },
  { timeout },
)

test(
  'a search folder that is a link, flipped to another release',
  async () => {
    await lab.end()
    lab = await DiscoveryLab.make({ folders: ['current'] })
    await lab.write('releases/1/lab', 'one')
    await lab.write('releases/2/lab', 'two')
    await symlink(lab.at('releases/1'), lab.at('current'))
    await lab.watch()
    assert.ok(lab.build('lab'))
    await symlink(lab.at('releases/2'), lab.at('link'))
    await rename(lab.at('link'), lab.at('current'))
    await runs('lab', 'two')
    await writeFile(lab.at('releases/2/lab/index.js'), 'two, edited')
    await runs('lab', 'two, edited')
    await lab.write('releases/2/more', 'more')
    await until(() => lab.build('more'))
  },
  { timeout },
)

test(
  'what is watched waits for the kernel: packages and what lies deep, too',
  async () => {
    const timers = await LiveTimers.begin()
    try {
      await lab.write('plugins/lab', 'one', { dependencies: { part: '1.0.0' } })
      const files = ['node_modules/part/lib/index.js', 'a/b/c/d/e/f/g/h/deep.js']
      for (const file of files) {
        await mkdir(lab.at(`plugins/lab/${file}/..`), { recursive: true })
        await writeFile(lab.at(`plugins/lab/${file}`), 'one')
      }
      await writeFile(
        lab.at('plugins/lab/node_modules/part/package.json'),
        '{"name":"part","version":"1.0.0"}',
      )
      await lab.watch()
      await timers.rest(0)
      for (const file of files) {
        const before = lab.build('lab')
        await writeFile(lab.at(`plugins/lab/${file}`), 'two')
        await lab.changed('lab', before)
        await timers.rest(0)
      }
    } finally {
      timers.restore()
    }
  },
  { timeout },
)

test(
  'a checkout of another branch',
  async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
        cwd: lab.at('plugins/lab'),
        env: { PATH: process.env.PATH, HOME: lab.root },
        stdio: 'pipe',
      })
    await lab.write('plugins/lab', 'main')
    git('init', '-q', '-b', 'main')
    git('add', '.')
    git('commit', '-qm', 'one')
    git('checkout', '-qb', 'other')
    await mkdir(lab.at('plugins/lab/lib'))
    await writeFile(lab.at('plugins/lab/lib/part.js'), 'part')
    await writeFile(lab.at('plugins/lab/index.js'), 'other')
    git('add', '.')
    git('commit', '-qm', 'two')
    git('checkout', '-q', 'main')
    await lab.watch()
    const onMain = lab.build('lab')
    for (let round = 0; round < 3; round++) {
      git('checkout', '-q', 'other')
      await runs('lab', 'other')
      assert.is(await readFile(`${lab.plugin('lab')!.accepted!.staged}/lib/part.js`, 'utf8'), 'part')
      git('checkout', '-q', 'main')
      await until(() => lab.build('lab') === onMain)
    }
  },
  { timeout },
)

test(
  'a plugin that is deleted and comes again, also slowly and manifest last',
  async () => {
    await lab.write('plugins/lab', 'one')
    await lab.watch()
    await rm(lab.at('plugins/lab'), { recursive: true })
    await until(() => lab.last.plugins.length === 0)
    await lab.write('plugins/lab', 'two')
    await runs('lab', 'two')
    await mkdir(lab.at('plugins/@acme/slow'), { recursive: true })
    await delay(200)
    await writeFile(lab.at('plugins/@acme/slow/index.js'), 'slow')
    await delay(200)
    await writeFile(lab.at('plugins/@acme/slow/package.json'), JSON.stringify(goodManifest('slow')))
    await runs('slow', 'slow')
  },
  { timeout },
)

test(
  'a plugin dropped in by a copy that goes on for a while is taken when it is whole',
  async () => {
    await lab.write('next', 'whole')
    for (let index = 0; index < 60; index++) await writeFile(lab.at(`next/part-${index}.js`), 'x')
    await lab.watch()
    await cp(lab.at('next'), lab.at('plugins/next'), { recursive: true })
    await runs('next', 'whole')
    await until(async () => {
      const staged = lab.plugin('next')?.accepted?.staged
      return staged !== undefined && (await readFile(`${staged}/part-59.js`, 'utf8').catch(() => '')) === 'x'
    })
  },
  { timeout },
)

test(
  'dot files, and what editors leave, are no hints',
  async () => {
    await lab.write('plugins/lab', 'one')
    await lab.watch()
    await until(() => lab.watcher.touchedAt(lab.at('plugins/lab')) === null)
    lab.touched.length = 0
    for (const name of ['.index.js.swp', 'index.js~', '4913', '.git', '#index.js#', 'index.js.tmp']) {
      await writeFile(lab.at(`plugins/lab/${name}`), 'x')
      await rm(lab.at(`plugins/lab/${name}`))
    }
    // A hint that comes after all of them.
    await writeFile(lab.at('plugins/lab/z.js'), 'x')
    await until(() => lab.touched.length > 0)
    await until(() => lab.watcher.touchedAt(lab.at('plugins/lab')) === null)
    assert.ok(lab.touched.length <= 4, `${lab.touched.length} hints`)
  },
  { timeout },
)

test(
  'search folders that come later, and one that goes and comes',
  async () => {
    await lab.end()
    lab = await DiscoveryLab.make({ folders: ['a', 'b'] })
    await lab.watch()
    await lab.write('a/one', 'one')
    await until(() => lab.build('one'))
    await lab.write('b/two', 'two')
    await until(() => lab.build('two'))
    await rename(lab.at('b'), lab.at('away'))
    await until(() => lab.plugin('two') === undefined)
    await rename(lab.at('away'), lab.at('b'))
    await until(() => lab.build('two'))
    await writeFile(lab.at('b/two/index.js'), 'two, edited')
    await runs('two', 'two, edited')
  },
  { timeout },
)

test(
  'a plugin that could not be copied is copied as soon as that works, without a hint',
  async () => {
    await lab.write('plugins/lab', 'one')
    await rename(lab.at('stage/tmp'), lab.at('stage/away'))
    await lab.watch()
    const [unreadable] = lab.last.unreadable
    assert.is(unreadable?.path, lab.at('plugins/lab'))
    assert.is(lab.plugin('lab'), undefined)
    // Once the looks are over that follow the start.
    for (let scans = -1; scans !== lab.scans; await delay(1_000)) scans = lab.scans
    await rename(lab.at('stage/away'), lab.at('stage/tmp'))
    await runs('lab', 'one')
    assert.equal(lab.last.unreadable, [])
  },
  { timeout },
)

test.run()
