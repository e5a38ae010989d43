import { existsSync, readFileSync, statSync } from 'node:fs'
import type { Round } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { until } from '../lab.js'
import { asks } from './asks.js'
import { AttackLab, whos } from './attack-lab.js'

/** What is refused, or bounded, while the plugin lives on. */
const bounded: Record<string, { code: string; by: string; log?: RegExp }> = {
  'takes Buffers without end': {
    code: `const kept = []
      try { for (;;) kept.push(Buffer.alloc(16 * 1024 * 1024, 1)) } catch (error) { context.log('stopped at ' + kept.length * 16) }`,
    by: 'limits',
    log: /stopped at (2|3|4)\d\d$/m,
  },
  'answers with a huge reason': {
    code: `return { result: 'INVALID_CONNECTION', reason: 'x'.repeat(800 * 1024) }`,
    by: 'the limit of texts',
  },
  'has the host keep a huge value': {
    code: `context.log(await context.storage.set('huge', 'x'.repeat(600 * 1024)).then(() => 'kept', (error) => error.code + ' ' + error.expected))`,
    by: 'the limit of what is kept',
    log: /REQUEST_MALFORMED at most 262144 bytes/,
  },
  'asks for more at once than it may': {
    code: `const all = Array.from({ length: 300 }, () => context.storage.keys().then(() => 'given', (error) => error.code))
      context.log([...new Set(await Promise.all(all))].join(' '))`,
    by: 'the limit of open requests',
    log: /TOO_MANY_REQUESTS/,
  },
}

for (const who of whos) {
  const test = suite(`system/attacks, resources, the daemon being ${who.name}`, { timeout: 90_000 })
  let lab: AttackLab | undefined
  const all = [...Object.keys(bounded), 'floods its output']
  const nameOf = (what: string) => what.replaceAll(/[^a-z]+/g, '-')

  test.before(
    async () => {
      lab = await AttackLab.start(who, () => {}, { links: all.map((_, index) => `lab-${index}`) })
    },
    { timeout: 60_000 },
  )
  test.after.each(() => lab?.unharmed())
  test.after(() => lab?.close())

  const drop = (what: string, code: string) => {
    asks(lab!, nameOf(what), { link: `lab-${all.indexOf(what)}` }, () => code)
  }
  const answerTo = (what: string) =>
    until(
      async () => {
        const path = `/v1/adapters/lab-${all.indexOf(what)}/explain`
        const { rounds } = (await lab!.http('GET', path)).json
        const answers = (rounds as Round[]).flatMap((round) => round.answers)
        return answers.find(({ plugin, result }) => plugin === nameOf(what) && result !== null) ?? null
      },
      async () => JSON.stringify(await lab!.document(nameOf(what))),
      40_000,
    )

  // Only the limits of processes can depend on whom the daemon runs as.
  const tried = Object.entries(bounded).filter(([, { by }]) => who.name === 'root' || by === 'limits')
  for (const [what, { code, by, log }] of tried) {
    test(`a plugin that ${what}: bounded by ${by}, and lives on`, async () => {
      drop(what, code)
      const answer = await answerTo(what)
      if (answer.reason) assert.ok(answer.reason.length <= 1000, `${answer.reason.length}`)
      if (log) {
        await until(
          async () => log.test(await lab!.log(nameOf(what))),
          async () => `${JSON.stringify(answer)} ${await lab!.log(nameOf(what))}`,
        )
      }
      const { state, restarts } = await lab!.plugin(nameOf(what))
      assert.equal([state, restarts], ['running', 0])
      if (by === 'limits') {
        const wall = (await lab!.document(nameOf(what))).walls.find((one) => one.wall === 'limits')
        assert.ok(wall!.stands)
      }
    })
  }

  const asRoot = who.name === 'root' ? test : null
  asRoot?.(
    'a plugin that floods its output: bounded by the pace at which it is read, and by the size of its log',
    async () => {
      const what = 'floods its output'
      drop(what, `setInterval(() => { for (let n = 0; n < 100; n++) console.log('x'.repeat(5000)) }, 5)`)
      await answerTo(what)
      const { log } = await lab!.document(nameOf(what))
      // The file is made with its first line.
      const written = () => (existsSync(log) ? readFileSync(log, 'utf8') : '')
      await until(
        async () => /lines were over the log's budget/.test(written()),
        () => written().slice(0, 1000),
        40_000,
      )
      await lab!.unharmed()
      assert.ok(statSync(log).size <= 1024 * 1024 + 4096, `${statSync(log).size}`)
      await lab!.run('plugin', 'disable', nameOf(what), '--reason', 'enough')
    },
  )

  test.run()
}
