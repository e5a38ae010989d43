import type { Parts, PluginHostUnderTest, PluginListener, Trial } from '../conformance/index.js'
import { claimdError } from '../core/errors.js'
import { whatStays } from '../core/ledger/describe-undoing.js'
import { Ledger } from '../core/ledger/ledger.js'
import { sentenceOfNote } from '../core/views/events/event-document.js'
import {
  fixtureHandlers,
  type Handlers,
  linkHandlers,
  offerHandlers,
  Places,
  PluginHost,
  type PluginHostOptions,
  volatileRecords,
} from '../plugin-host/index.js'

type LinksParams = Parameters<NonNullable<Handlers['links']>>[0]

/**
 * A plugin host for the conformance kit: its plugins read, run and call what the fixtures have. What they change with the fence of a
 * connect they change for the kit's links, by the host's own rules and with its ledger.
 */
export function makeTrialHost(
  options: Pick<PluginHostOptions, 'hostVersion' | 'deadlines'>,
  [{ plugins, state }, listener, machine, trial]: Parameters<Parts['makePluginHost']>,
): PluginHostUnderTest {
  const { ledger, links } = trial ? trialLinks(trial) : { ledger: null, links: async () => ({}) }
  // The kit offers by a schedule of its own.
  const handlers = { ...offerHandlers(async () => []), links, ...fixtureHandlers(machine) }
  const host = new PluginHost(
    {
      ...options,
      folders: [{ path: plugins, bundled: false }],
      places: new Places(state),
      configOf: (fingerprint) => JSON.parse(fingerprint),
      dev: true,
      grantAll: true,
      handlers: trial ? admitted(handlers, trial) : handlers,
    },
    hostListener(listener),
  )
  const undo = async (fence: number) => {
    if (ledger === null) return []
    return whatStays(await ledger.undo((owner) => owner.fence === fence))
  }
  return Object.assign(host, { undo })
}

function hostListener(listener: PluginListener): ConstructorParameters<typeof PluginHost>[1] {
  return {
    ...listener,
    note: (note) => listener.note({ ...note, message: sentenceOfNote(note) }),
    log: (_plugin, _stream, line) => listener.note({ type: 'plugin-log', message: line }),
    child: (child) => listener.child?.(child),
  }
}

function trialLinks(trial: Trial): { ledger: Ledger; links: NonNullable<Handlers['links']> } {
  const changer = trial.links.changer()
  const ledger = new Ledger(volatileRecords(), {
    changer,
    where: trial.links.where,
    at: () => new Date().toISOString(),
    heldWith: () => [],
    hasTakenOver: () => false,
    note: () => {},
  })
  const real = linkHandlers({ changer, ledger, holdings: holdingsOf(trial) }).links!
  // A claim's adapter has no link.
  const isPlayed = (params: LinksParams) => {
    const fence = fenceOf(params)
    return fence === null || trial.isDialled(fence)
  }
  return { ledger, links: async (params, caller) => (isPlayed(params) ? real(params, caller) : {}) }
}

/** `null` where the request is for no adapter. */
function fenceOf(params: LinksParams): number | null {
  if (params.action === 'remove') return null
  if (params.action !== 'create') return params.fence
  return 'parent' in params.link ? params.link.parent.fence : (params.link.fence ?? null)
}

function holdingsOf(trial: Trial): Parameters<typeof linkHandlers>[0]['holdings'] {
  const refuse = ({ plugin, what }: { plugin: string; what: string }, because: string) =>
    claimdError('NOT_ALLOWED', {
      message: `plugin ${plugin} may not ${what}: ${because}`,
      found: because,
      expected: 'an adapter that is reserved for the connection, and the fence of its connect',
      remedy: 'act from `connect` on until `disconnect` was answered, with the fence that they carry',
    })
  return {
    admit: (action) => {
      const held = trial.holding(action.adapter, action.fence)
      if (held) return held
      throw refuse(action, 'it does not hold the adapter by that fence')
    },
    refuse,
    acts: () => {},
    failed: () => {},
    heldWith: () => [],
    makes: async ({ plugin, fence }) => {
      const holder = trial.making(plugin, fence)
      if (holder) return holder
      throw refuse({ plugin, what: 'make a link for a connection' }, 'it has no connect with that fence')
    },
    adopt: async ({ fence, index }) => trial.adopt(fence, index),
    // What a connect before it left is there for the next: the kit has no two connections that would share a link.
    standsFor: () => null,
    isStopped: false,
  }
}

/** The same, each called when the kit lets it. */
function admitted(handlers: Handlers, trial: Trial): Handlers {
  const all = Object.entries(handlers).map(([method, handler]) => {
    const call = handler as (params: object, caller: unknown) => Promise<object>
    return [
      method,
      async (params: object, caller: unknown) => {
        await trial.admit(method, params)
        return call(params, caller)
      },
    ]
  })
  return Object.fromEntries(all)
}
