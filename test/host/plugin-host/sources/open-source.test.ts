import { mkdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { verifyPlugin } from '../../../../host/main.js'
import { checkPlugin } from '../../../../host/plugin-host/check-plugin.js'
import { install } from '../../../../host/plugin-host/installing/install.js'
import { pack } from '../../../../host/plugin-host/sources/pack.js'
import { suite } from '../../../harness.js'
import { PluginFiles } from './files.js'

const test = suite('plugin-host/sources/open-source')
let lab: PluginFiles

test.before.each(async () => {
  lab = await PluginFiles.make()
})
test.after.each(() => lab.remove())

/** How check, verify, install and pack refuse a path. */
async function refusals(path: string): Promise<unknown[]> {
  const hostVersion = '1.0.0'
  const attempts = [
    () => checkPlugin(path, hostVersion),
    () => verifyPlugin({ folder: path }),
    () => install(path, join(lab.root, 'plugins'), { hostVersion }),
    () => pack(path, lab.root, hostVersion),
  ]
  const errors = attempts.map((attempt) =>
    attempt().then(
      () => null,
      ({ code, message, found, remedy }: ClaimdError) => ({ code, message, found, remedy }),
    ),
  )
  return Promise.all(errors)
}

const told = (path: string, found: string) => {
  const remedy = 'Name the folder that holds the package.json; to make a plugin: claimd plugin new'
  return Array(4).fill({
    code: 'PLUGIN_SOURCE_NOT_FOUND',
    message: `${path} holds no plugin`,
    found,
    remedy,
  })
}

test('a folder without a manifest is refused in the same words everywhere, whatever else is in it', async () => {
  await mkdir(lab.folder)
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(join(lab.folder, 'socket'), resolve))
  try {
    assert.equal(await refusals(lab.folder), told(lab.folder, 'no package.json there'))
  } finally {
    server.close()
    await rm(join(lab.folder, 'socket'), { force: true })
  }
})

test('the manifest named in the place of its folder is told so', async () => {
  await lab.write({})
  const file = join(lab.folder, 'package.json')
  assert.equal(await refusals(file), told(file, 'the manifest itself'))
})

test.run()
