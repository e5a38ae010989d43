import type { Answer } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { type HeldClaim, tryVersion } from '../../../../host/plugin-host/reload/trial.js'
import { suite } from '../../../harness.js'
import { adapter } from '../support.js'

const test = suite('plugin-host/trial')

const claim = (name: string, fence: number): HeldClaim => ({
  provider: 'p/main',
  adapter: adapter(name, fence),
  connection: name,
  evidence: null,
  fence,
})
const yes = (connection: string): Answer => ({ result: 'SUCCESS', connection })
const no: Answer = { result: 'INVALID_CONNECTION', reason: 'not mine' }

interface Scene {
  held: HeldClaim[]
  candidate?: (connection: string) => Answer | Promise<Answer>
  current?: ((connection: string) => Answer) | null
  providers?: string[]
}

const run = ({ held, candidate = yes, current = yes, providers = ['p/main'] }: Scene) =>
  tryVersion({
    providers: new Set(providers),
    held: () => held,
    ask: async ({ connection }) => candidate(connection),
    askCurrent: ({ connection }) => (current ? Promise.resolve(current(connection)) : null),
  })

async function reasonOf(scene: Scene): Promise<string> {
  try {
    await run(scene)
  } catch (error) {
    return (error as Error).message
  }
  return assert.unreachable('it passed') as never
}

test('every claim must be recognised', async () => {
  assert.is((await run({ held: [claim('a', 1), claim('b', 2)] })).adapters, 2)
  const candidate = (connection: string) => (connection === 'b' ? no : yes(connection))
  assert.match(await reasonOf({ held: [claim('a', 1), claim('b', 2)], candidate }), /recognises b.*not mine/)
})

test('a no counts if the current version says the same, and only then', async () => {
  const held = [claim('a', 1)]
  assert.is((await run({ held, candidate: () => no, current: () => no })).adapters, 1)
  assert.match(await reasonOf({ held, candidate: () => no }), /no longer recognises a/)
  assert.match(await reasonOf({ held, candidate: () => no, current: null }), /no longer recognises a/)
  const failing = (): Answer => ({ result: 'UNEXPECTED', reason: 'oh' })
  assert.match(await reasonOf({ held, candidate: failing, current: () => no }), /fails to verify a/)
})

test('one that cannot tell yet is no reason against it, and is not recognised either', async () => {
  const candidate = () => ({ result: 'PENDING', retryAfterMs: 5 }) as const
  const { adapters, unconfirmed } = await run({ held: [claim('a', 1)], candidate })
  assert.equal([adapters, [...unconfirmed]], [1, [1]])
})

test('a provider that is gone cannot hold', async () => {
  assert.match(await reasonOf({ held: [claim('a', 1)], providers: ['p/other'] }), /no provider p\/main/)
})

test('what is claimed meanwhile has to be recognised as well, and what changed is asked again', async () => {
  const held = [claim('a', 1)]
  const asked: string[] = []
  const candidate = (connection: string) => {
    asked.push(connection)
    if (asked.length === 1) held.push(claim('b', 2))
    if (asked.length === 2) held[0] = { ...held[0]!, adapter: { ...held[0]!.adapter, addresses: [] } }
    return yes(connection)
  }
  assert.is((await run({ held, candidate })).adapters, 2)
  assert.equal(asked, ['a', 'b', 'a'])
})

test('claims that change faster than they are verified end it', async () => {
  let fence = 0
  const held: HeldClaim[] = []
  const candidate = (connection: string) => {
    held[0] = claim('a', ++fence)
    return yes(connection)
  }
  held.push(claim('a', ++fence))
  assert.match(await reasonOf({ held, candidate }), /faster/)
})

test.run()
