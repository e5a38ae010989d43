import { setTimeout as delay } from 'node:timers/promises'
import type { ControlClient } from '../../client.js'
import type { Output } from '../../output.js'
import type { Page } from '../../page.js'
import { harmless } from '../../text.js'
import { withLocalTimes } from '../../time.js'

/** How often it is asked whether a log that is followed has grown, in milliseconds. */
const followMs = 300

/**
 * Prints the end of a plugin's log. Following it ends with an interrupt, as any program that follows something
 * does, or with an error when the daemon goes away.
 */
export async function pluginLog(
  client: ControlClient,
  output: Output,
  name: string,
  { lines: most, follow = false }: { lines: number; follow?: boolean },
): Promise<void> {
  const document = await client.pluginLog(name, { lines: most })
  if (!follow) {
    output.document(document, ({ lines, log }, page) =>
      lines.length === 0
        ? `${harmless(name)} has logged nothing yet; its log would be ${harmless(log)}\n`
        : text(lines, page),
    )
    return
  }
  for (let { lines, next } = document; ; { lines, next } = await client.pluginLog(name, { since: next })) {
    for (const line of lines) output.line({ plugin: name, line }, (_, page) => text([line], page))
    if (lines.length === 0) await delay(followMs)
  }
}

/** Each line begins with its time. */
function text(lines: readonly string[], { now }: Page): string {
  return lines.map((line) => `${withLocalTimes(line, now)}\n`).join('')
}
