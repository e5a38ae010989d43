import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { EventDocument, PluginRow } from '@claimd/sdk'
import { Client } from '@claimd/sdk/client'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Lab, until } from './lab.js'

const test = suite('system/state-folders')
const patience = { timeout: 40_000 }
const lab = new Lab()
test.after(() => lab.close())

const claimsAll = `claimConnection: ({ adapter }) => ({ result: 'SUCCESS', connection: adapter.name, volatile: true })`
const row = async (name: string): Promise<PluginRow> => (await lab.json('plugins', name)) as PluginRow

test(
  'state folders that are removed are made again, and plugins start from them again',
  async () => {
    lab.withNamespace()
    lab.drop('a', claimsAll)
    lab.link('lab0')
    const daemon = await lab.start()
    await lab.settles('lab0', 'claimed', 'a/p')
    const before = await row('a')
    const folders = ['stage', 'data', 'logs'].map((name) => join(lab.state, name))
    for (let round = 0; round < 2; round++) {
      for (const folder of folders) rmSync(folder, { recursive: true })
      await until(
        async () => folders.every((folder) => existsSync(folder)),
        () => `they do not come back:\n${daemon.output}`,
      )
      await until(
        async () => daemon.output.split('there again').length > round + 1,
        () => daemon.output,
      )
    }
    assert.match(daemon.output, /folders? .*stage.* removed, and (is|are) there again/)
    await until(
      async () => existsSync(join(lab.state, 'stage/plugins/a', before.build!)),
      () => 'its copy does not come back',
    )

    process.kill(before.pid!, 'SIGKILL')
    const after = await until(
      async () => {
        const now = await row('a')
        return now.pid !== null && now.pid !== before.pid && now.state === 'running' ? now : null
      },
      async () => `${JSON.stringify(await row('a'))}\n${daemon.output}`,
    )
    assert.is(after.build, before.build)
    await lab.settles('lab0', 'claimed', 'a/p')

    lab.drop('b', claimsAll, { match: [{ name: 'other*' }] })
    lab.link('other0')
    await lab.settles('other0', 'claimed', 'b/p')
  },
  patience,
)

test(
  'a connection that is open goes on when the socket was removed and is there again',
  async () => {
    const daemon = lab.daemons.at(-1)!
    const heard: EventDocument[] = []
    const end = new AbortController()
    const { revision } = await lab.get('adapters')
    const stream = (async () => {
      for await (const event of new Client({ socket: lab.socket }).events({
        since: revision,
        signal: end.signal,
      }))
        heard.push(event)
    })().catch(() => {})
    rmSync(lab.socket)
    await until(
      async () => existsSync(lab.socket),
      () => daemon.output,
    )
    lab.link('lab9')
    await until(
      async () => heard.some(({ type, name }) => type === 'claimed' && name === 'lab9'),
      () => JSON.stringify(heard),
    )
    assert.ok(heard.some(({ type }) => type === 'socket-restored'))
    end.abort()
    await stream
  },
  patience,
)

test.run()
