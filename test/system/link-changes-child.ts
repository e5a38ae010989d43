/**
 * Changes links of its network namespace for a test. Each line of its standard input is a call, `[what, ...arguments]`;
 * each is answered by a line: `{ "result" }` or `{ "error": { code, found } }`. Argument: the state folder of a ledger.
 */
import { createInterface } from 'node:readline'
import { ClaimdError } from '@claimd/sdk'
import { Ledger } from '../../host/core/ledger/ledger.js'
import type { Change, Owner } from '../../host/core/ledger/undo-entry.js'
import { NetlinkChanger } from '../../host/links/index.js'
import { whereWeAre } from '../../host/links/where.js'
import { openStore } from '../../host/store/index.js'

const changer = new NetlinkChanger()
const notes: string[] = []

function openLedger(): Ledger {
  return new Ledger(openStore(process.argv[2]!).records, {
    changer,
    where: whereWeAre(),
    at: () => new Date().toISOString(),
    heldWith: () => [],
    hasTakenOver: () => false,
    note: (note) => notes.push(JSON.stringify(note)),
  })
}

let opened: Ledger | null = null
const ledger = () => {
  opened ??= openLedger()
  return opened
}

const owner = (plugin: string, adapter: string | null): Owner => {
  return { plugin, provider: null, connection: null, adapter, fence: null }
}

const own: Record<string, (...args: never[]) => unknown> = {
  /** Writes a change down and dies: before it is made, or after. */
  async dies(when: 'before' | 'after', index: number, adapter: string | null, change: Change) {
    ledger().declare(owner('p', adapter), { index: change.type === 'link' ? null : index, name: 'x' }, change)
    if (when === 'after') {
      if (change.type === 'address') await changer.addAddress(index, change.address)
      if (change.type === 'route') await changer.addRoute(index, change.route)
      if (change.type === 'link') await changer.create(change.recipe)
      if (change.type === 'up') await changer.setUp(index, change.after)
    }
    process.kill(process.pid, 'SIGKILL')
  },
  async undo(plugin: string) {
    await ledger().settle(() => true)
    const undone = await ledger().undo((one) => one.plugin === plugin)
    return { outcomes: undone.map(({ outcome }) => outcome), left: ledger().entries().length, notes }
  },
  /** Removes a link. @returns how often the loop turned meanwhile */
  async removeWhileTurning(index: number) {
    let turns = 0
    let removed = false
    const turn = () => {
      turns++
      if (!removed) setImmediate(turn)
    }
    setImmediate(turn)
    await changer.remove(index)
    removed = true
    return turns
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const [what, ...args] = JSON.parse(line) as [string, ...never[]]
  const call = own[what] ?? (changer as unknown as typeof own)[what]!.bind(changer)
  let answer: object
  try {
    answer = { result: (await call(...args)) ?? null }
  } catch (error) {
    if (!(error instanceof ClaimdError)) throw error
    answer = { error: { code: error.code, found: error.found } }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
changer.close()
