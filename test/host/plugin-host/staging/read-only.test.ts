import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { removeReadOnly } from '../../../../host/plugin-host/staging/read-only.js'
import { suite } from '../../../harness.js'

const test = suite('plugin-host/staging/read-only')

test('a link in the place of a copy is removed, and what it leads to stays as it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'claimd-read-only-'))
  const [target, link] = [join(folder, 'target'), join(folder, 'link')]
  await mkdir(target, { mode: 0o755 })
  const { mode } = await stat(target)
  await symlink(target, link)
  await removeReadOnly(link, join(folder, 'passing'))
  assert.not.ok(existsSync(link))
  assert.is((await stat(target)).mode, mode)
  await rm(folder, { recursive: true })
})

test.run()
