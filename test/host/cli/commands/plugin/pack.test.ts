import * as assert from 'uvu/assert'
import { suite } from '../../../../harness.js'
import { claimd } from '../../fake-world.js'

const test = suite('cli/commands/plugin/pack')

test('pack tells what is in the archive, what was added and what could not be checked', async () => {
  const world = await claimd('plugin pack lab', { folder: '/home/eva' })
  assert.is(world.code, 0, world.err)
  assert.equal(world.asked, [['pack', '/home/eva/lab', '/home/eva']])
  assert.is(
    world.out,
    `@acme/claimd-lab 1.2.0 is packed into acme-claimd-lab-1.2.0.tgz
  4 files, 3 KiB, with node_modules/ms
  lib/part.js is in it because a module names it, though "files" does not list it
warning: /home/eva/lab/index.js:3:1: an import. Try it
to install it: claimd plugin install acme-claimd-lab-1.2.0.tgz
`,
  )
  const document = JSON.parse((await claimd('plugin pack --json', { folder: '/home/eva' })).out)
  assert.is(document.plugin, '@acme/claimd-lab')
  assert.is(document.file, '/home/eva/acme-claimd-lab-1.2.0.tgz')
})

test('an empty text names no folder', async () => {
  assert.is((await claimd(['plugin', 'pack', ''])).code, 2)
})

test.run()
