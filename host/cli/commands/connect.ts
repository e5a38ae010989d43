import { constants } from 'node:os'
import {
  ClaimdError,
  type ConnectDocument,
  type ConnectionDocument,
  type ConnectionRequest,
  type ConnectOptions,
} from '@claimd/sdk'
import { isGlob } from '../../core/claims/glob.js'
import { claimdError } from '../../core/errors.js'
import { shellWord } from '../../core/shell-word.js'
import type { ControlClient } from '../client.js'
import type { Invocation } from '../invocation.js'
import { LiveLine } from '../live-line.js'
import type { Page } from '../page.js'
import { inHowLong } from '../time.js'
import { paragraph } from '../views/paragraph.js'
import { progressOf } from './progress.js'

/** What a request came to. */
type Outcome = Pick<ConnectionRequest, 'id' | 'result' | 'code' | 'cause' | 'message'>

const followed = ['connection-state', 'connect-progress', 'request-completed'] as const

/** Asks for a connection, and tells what becomes of it. @param wait whether to wait for that */
export async function connect(
  { world, output }: Invocation,
  client: ControlClient,
  name: string,
  options: ConnectOptions,
  wait: boolean,
): Promise<void> {
  const interrupt = new Interrupt(world)
  const line = new LiveLine(world.stderr, output.errorPage(), world.env)
  try {
    const asked = await client.connect(name, options)
    if (asked.result === 'SUCCESS' || !wait) return output.document(asked, showAsked)
    const cancelled = interrupt.first.then(async () => {
      line.tell(`${name}: interrupted, so request ${asked.request} is cancelled`)
      await client.cancelRequest(asked.request)
    })
    // Where it cannot be cancelled, nobody would hear of its end.
    const outcome = await Promise.race([
      follow(client, name, asked.request, line),
      cancelled.then(() => new Promise<never>(() => {})),
    ])
    line.end()
    if (outcome.result !== 'SUCCESS') throw await failure(client, name, outcome, output.errorPage())
    const document: ConnectDocument = {
      request: outcome.id,
      result: 'SUCCESS',
      connection: name,
      owner: asked.owner,
      message: outcome.message,
    }
    output.document(document, showAsked)
    if (interrupt.hasCome)
      output.note(
        `it was up before it could be cancelled; to take it down: claimd disconnect ${shellWord(name)}`,
      )
  } finally {
    line.end()
    interrupt.close()
  }
}

function showAsked({ message, request, result }: ConnectDocument, page: Page): string {
  return paragraph(page, '', result === 'PENDING' ? `${message} (request ${request})` : message)
}

/** Tells how far it has come until it is completed. */
async function follow(client: ControlClient, name: string, id: number, line: LiveLine): Promise<Outcome> {
  const before = await client.request(id)
  if (before.result !== 'PENDING') return before
  line.tell(`${name}: ${before.message}`)
  // From the revision at which it was open: nothing that came since is missed.
  const events = client.events({
    since: before.revision,
    types: followed,
    // A name may look like a pattern, or like several names.
    ...(isGlob(name) || name.includes(',') ? {} : { connection: name }),
  })
  for await (const event of events) {
    if (event.type === 'request-completed' && event.request === id) {
      const { result, code, cause, outcome } = event
      return { id, result, code, cause, message: outcome }
    }
    if (event.type === 'resync') {
      const now = await client.request(id)
      if (now.result !== 'PENDING') return now
    }
    const progress = progressOf(event, name)
    if (progress !== null) line.tell(`${name}: ${progress}`)
  }
  throw claimdError('DAEMON_UNREACHABLE', {
    message: `the daemon went away before connection ${name} was up`,
    found: 'the end of its events',
    expected: 'a running daemon',
    remedy: `when it is back: claimd connection show ${shellWord(name)}`,
  })
}

/** Why it is not up, and whether claimd goes on trying: what its holds say, and not what was asked for. */
async function failure(
  client: ControlClient,
  name: string,
  { id, result, code, cause, message }: Outcome,
  page: Page,
): Promise<ClaimdError> {
  const detail = await client.connection(name).catch(() => null)
  return new ClaimdError({
    result,
    code: code ?? 'CONNECT_FAILED',
    message,
    found: cause,
    expected: null,
    remedy: goesOn(detail)
      ? stillTrying(detail, name, page)
      : `see: claimd connection show ${shellWord(name)}`,
    ...(cause === null ? {} : { connectCause: cause }),
    request: id,
  })
}

function goesOn(detail: ConnectionDocument | null): detail is ConnectionDocument {
  return detail?.holdRows.some(({ owner, mode }) => owner === 'operator' && mode === 'keep') ?? false
}

function stillTrying({ retryAt }: ConnectionDocument, name: string, { now }: Page): string {
  const next = retryAt === null ? '' : `, next ${inHowLong(retryAt, now)}`
  return `claimd goes on trying${next}; to stop that: claimd disconnect ${shellWord(name)}`
}

/** The first interrupt from the keyboard is for the request; a second one ends the command at once. */
class Interrupt {
  readonly first: Promise<void>
  hasCome = false
  private readonly listener: () => void

  constructor(private readonly world: Invocation['world']) {
    let resolveFirst: () => void
    this.first = new Promise((resolve) => {
      resolveFirst = resolve
    })
    this.listener = () => {
      if (this.hasCome) world.exit(128 + constants.signals.SIGINT)
      this.hasCome = true
      resolveFirst()
    }
    world.signals.on('SIGINT', this.listener)
  }

  close(): void {
    this.world.signals.off('SIGINT', this.listener)
  }
}
