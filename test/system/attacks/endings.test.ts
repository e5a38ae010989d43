import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { asks } from './asks.js'
import { AttackLab, whos } from './attack-lab.js'

/** What ends a plugin, three times, and then keeps it ended. */
const ending: Record<string, { code: string; because: RegExp; by: string }> = {
  'fills its heap': {
    code: `for (const kept = [];;) kept.push(new Array(1000).fill(kept.length))`,
    because: /SIGABRT|SIGTRAP|stuck/,
    by: 'the limit of its heap',
  },
  'spins for ever': {
    code: `for (;;);`,
    because: /stuck/,
    by: 'the acknowledgement that does not come',
  },
  'never lets its loop turn, by promises': {
    code: `for (;;) await null`,
    because: /stuck/,
    by: 'the acknowledgement that does not come',
  },
  'floods its log through the host': {
    code: `setInterval(() => { for (let line = 0; line < 5000; line++) context.log('x'.repeat(100)) }, 1)`,
    because: /flooding/,
    by: 'the count of unasked messages',
  },
  'throws when nobody listens': {
    code: `setImmediate(() => { throw new Error('on purpose') })`,
    because: /on purpose|code/,
    by: 'a process of its own',
  },
}

const whats = Object.keys(ending)
/** Nothing of this depends on whom the daemon runs as: the quickest are tried with both. */
const withoutRoot = ['floods its log through the host', 'throws when nobody listens']
const nameOf = (what: string) => what.replaceAll(/[^a-z]+/g, '-')

for (const who of whos) {
  const test = suite(`system/attacks, what never ends, the daemon being ${who.name}`, { timeout: 90_000 })
  let lab: AttackLab | undefined

  test.before(
    async () => {
      lab = await AttackLab.start(who, () => {}, { links: whats.map((_, index) => `lab-${index}`) })
    },
    { timeout: 60_000 },
  )
  test.after.each(() => lab?.unharmed())
  test.after(() => lab?.close())

  const drop = (what: string, code: string) => {
    asks(lab!, nameOf(what), { link: `lab-${whats.indexOf(what)}` }, () => code)
  }

  const tried = Object.entries(ending).filter(([what]) => who.name === 'root' || withoutRoot.includes(what))
  test(`what ${tried
    .map(([what, { by }]) => `${what} (ended by ${by})`)
    .join(', ')}: all at once, and each plugin is quarantined`, async () => {
    for (const [what, { code }] of tried) drop(what, code)
    for (const [what, { because }] of tried) {
      const row = await lab!.becomes(nameOf(what), 'quarantined')
      assert.match(row.because, because)
      await lab!.isEnded(nameOf(what))
    }
  })

  test.run()
}
