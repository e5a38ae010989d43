import { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { claimdError } from '../../../host/core/errors.js'
import { sentenceOfNote } from '../../../host/core/views/events/event-document.js'
import { type DecidedPlugin, OperatorDecisions } from '../../../host/plugin-host/operator-decisions.js'
import type { PluginNote } from '../../../host/plugin-host/plugin-note.js'
import { suite } from '../../harness.js'
import { MemoryRecords } from './memory-records.js'

const test = suite('plugin-host/operator decisions')

const lab: DecidedPlugin = {
  name: '@acme/lab',
  version: '1.0.0',
  build: 'a0'.repeat(32),
  bundled: false,
  permissions: { read: ['/proc/net/route'] },
}
const root = 'root (uid 0)'

function rig(records = new MemoryRecords()) {
  const notes: {
    type: string
    plugin: string
    message: string
    details: { who?: string; build?: string }
  }[] = []
  const decisions = new OperatorDecisions({
    records,
    configuration: '/etc/claimd/config.json',
    at: () => '2026-03-04T12:00:00.000Z',
    note: (type, plugin, details) => {
      const message = sentenceOfNote({ ...details, type, plugin } as unknown as PluginNote)
      notes.push({ type, plugin, message, details })
    },
  })
  return { records, notes, decisions, again: () => rig(records).decisions }
}

function thrown(code: string, act: () => unknown): ClaimdError {
  try {
    act()
  } catch (error) {
    assert.instance(error, ClaimdError)
    assert.is((error as ClaimdError).code, code)
    return error as ClaimdError
  }
  assert.unreachable(`${code} was expected`)
  throw new Error('unreachable')
}

test('trust is kept with the build, what it asked for, who granted it and when', () => {
  const { decisions, notes, again } = rig()
  decisions.trust(lab, lab.build, root)
  const trust = {
    build: lab.build,
    permissions: { read: ['/proc/net/route'] },
    who: root,
    at: '2026-03-04T12:00:00.000Z',
  }
  assert.equal(decisions.trustOf('@acme/lab'), trust)
  assert.equal(again().trustOf('@acme/lab'), trust)
  assert.equal(
    notes.map(({ type, plugin, details }) => [type, plugin, details.who, details.build]),
    [['plugin-trusted', '@acme/lab', root, lab.build]],
  )
  decisions.untrust('@acme/lab', 'eva (uid 1000)')
  assert.is(again().trustOf('@acme/lab'), null)
  assert.match(notes.at(-1)!.message, /^eva \(uid 1000\) took back/)
  assert.match(decisions.untrust('@acme/lab', root).message, 'nothing was granted')
  assert.is(notes.length, 2)
})

test('another build than the one that was looked at is not trusted', () => {
  const { decisions, notes } = rig()
  const error = thrown('PLUGIN_CHANGED', () => decisions.trust(lab, 'ff'.repeat(32), root))
  assert.match(error.found!, 'a0a0a0a0a0a0')
  assert.is(decisions.trustOf('@acme/lab'), null)
  assert.equal(notes, [])
})

test('who needs no trust is told so, and a faulty manifest gets none', () => {
  const { decisions, records } = rig()
  const asksNothing = { ...lab, permissions: { links: {}, exec: [], network: false } }
  assert.match(decisions.trust(asksNothing, lab.build, root).message, 'asks for nothing')
  assert.match(decisions.trust({ ...lab, bundled: true }, lab.build, root).message, 'ships with claimd')
  thrown('PLUGIN_REJECTED', () => decisions.trust({ ...lab, permissions: null }, lab.build, root))
  assert.equal(records.all('plugin-trust'), [])
})

test('a disabled plugin stays disabled over a restart, with who and why', () => {
  const { decisions, again, notes } = rig()
  decisions.setEnabled('@acme/lab', false, root, 'it floods the log')
  assert.is(again().whyDisabled('@acme/lab'), 'disabled by root (uid 0): it floods the log')
  assert.match(decisions.setEnabled('@acme/lab', false, 'eva', 'twice').message, 'disabled already, by root')
  decisions.setEnabled('@acme/lab', true, root, null)
  assert.is(again().whyDisabled('@acme/lab'), null)
  assert.match(decisions.setEnabled('@acme/lab', true, root, null).message, 'is not disabled')
  assert.equal(
    notes.map(({ type }) => type),
    ['plugin-disabled', 'plugin-enabled'],
  )
})

test("the configuration file's word wins, and is named", () => {
  const { decisions, again } = rig()
  decisions.setDisabledByFile(new Set(['@acme/lab']))
  assert.match(decisions.whyDisabled('@acme/lab')!, 'plugins.disabled in /etc/claimd/config.json')
  const error = thrown('PLUGIN_DISABLED_BY_FILE', () => decisions.setEnabled('@acme/lab', true, root, null))
  assert.match(error.remedy!, '/etc/claimd/config.json')
  decisions.setEnabled('@acme/lab', false, root, null)
  thrown('PLUGIN_DISABLED_BY_FILE', () => decisions.setEnabled('@acme/lab', true, root, null))
  assert.is(again().whyDisabled('@acme/lab'), 'disabled by root (uid 0)', 'a refusal changed nothing')
  decisions.setDisabledByFile(new Set())
  assert.is(decisions.whyDisabled('@acme/lab'), 'disabled by root (uid 0)')
})

test('what cannot be stored is not decided, and not told', () => {
  const { decisions, records, notes } = rig()
  decisions.trust(lab, lab.build, root)
  records.failure = claimdError('STORE_DEGRADED', { message: 'the disk is full' })
  thrown('STORE_DEGRADED', () => decisions.untrust('@acme/lab', root))
  thrown('STORE_DEGRADED', () => decisions.setEnabled('@acme/lab', false, root, null))
  thrown('STORE_DEGRADED', () => decisions.trust({ ...lab, name: 'other' }, lab.build, root))
  assert.not.equal(decisions.trustOf('@acme/lab'), null)
  assert.is(decisions.trustOf('other'), null)
  assert.is(decisions.whyDisabled('@acme/lab'), null)
  assert.is(notes.length, 1)
})

test.run()
