import { InvalidArgumentError } from 'commander'
import * as assert from 'uvu/assert'
import { parseInstant, parseMoment } from '../../../host/cli/moment.js'
import { suite } from '../../harness.js'
import './documents.js'

const test = suite('cli/moment')

/** 14:22:47 in Asia/Kolkata, which is 05:30 ahead of UTC. */
const now = new Date('2026-03-01T08:52:47.500Z')
const read = (text: string) => parseMoment(text, now)

test('times are read as people write them, in local time', () => {
  const times: [text: string, moment: string][] = [
    ['now', '2026-03-01T08:52:47.500Z'],
    ['14:03', '2026-03-01T08:33:00.000Z'],
    ['9:05:07', '2026-03-01T03:35:07.000Z'],
    // Still to come today.
    ['14:23', '2026-02-28T08:53:00.000Z'],
    ['today 14:23', '2026-03-01T08:53:00.000Z'],
    ['today', '2026-02-28T18:30:00.000Z'],
    ['yesterday', '2026-02-27T18:30:00.000Z'],
    ['Yesterday 14:03', '2026-02-28T08:33:00.000Z'],
    ['2026-01-31', '2026-01-30T18:30:00.000Z'],
    ['2026-01-31 14:03', '2026-01-31T08:33:00.000Z'],
    ['2026-01-31T14:03:05', '2026-01-31T08:33:05.000Z'],
    ['2026-01-31T14:03:00Z', '2026-01-31T14:03:00.000Z'],
    ['2026-01-31T14:03:00.25+01:00', '2026-01-31T13:03:00.250Z'],
    // As claimd prints them.
    ['14:03:05+05:30', '2026-03-01T08:33:05.000Z'],
    ['14:23:00+05:30', '2026-02-28T08:53:00.000Z'],
    ['23:00:00-05:00', '2026-03-01T04:00:00.000Z'],
    ['2026-01-31 14:03:00+05:30', '2026-01-31T08:33:00.000Z'],
    ['2 hours ago', '2026-03-01T06:52:47.500Z'],
    ['90 s', '2026-03-01T08:51:17.500Z'],
    ['1 min ago', '2026-03-01T08:51:47.500Z'],
    ['3d', '2026-02-26T08:52:47.500Z'],
    ['1 week ago', '2026-02-22T08:52:47.500Z'],
  ]
  for (const [text, moment] of times) assert.is(read(text), moment, text)
})

test('a moment at which something was is the end of its second, where it has no fraction', () => {
  const times: [text: string, moment: string][] = [
    ['14:03', '2026-03-01T08:33:00.000Z'],
    ['14:03:05', '2026-03-01T08:33:05.999Z'],
    ['14:03:05+05:30', '2026-03-01T08:33:05.999Z'],
    ['2026-01-31T14:03:00Z', '2026-01-31T14:03:00.999Z'],
    ['2026-01-31T14:03:00.000Z', '2026-01-31T14:03:00.000Z'],
    ['14:22:47', now.toISOString()],
    ['now', now.toISOString()],
  ]
  for (const [text, moment] of times) assert.is(parseInstant(text, now), moment, text)
})

test('what is no time is refused, with what one looks like', () => {
  for (const text of [
    '',
    ' ',
    'soon',
    '25:00',
    '14:60',
    '14:60:00+05:30',
    '14:03 05:30',
    '14',
    '2026-02-30',
    '2026-13-01',
    '2 fortnights ago',
    '-1 h',
  ]) {
    assert.throws(
      () => read(text),
      (error: Error) => error instanceof InvalidArgumentError && /14:03/.test(error.message),
      text,
    )
  }
})

test.run()
