import * as fc from 'fast-check'

/** `lab` may be claimed; `made` is added through the API. Of the provider `mobile/modem`: `call` and `data` need the same modem. */
export const names = ['office', 'lab', 'always', 'made', 'call', 'data', 'vpn'] as const
export const adapters = ['eth0', 'eth1'] as const
export const providers = ['net/wired', 'mobile/modem'] as const

/** What happens in a life. Each is a turn of its own, unless it comes together with the next. */
export type Step = { together?: boolean } & (
  | { do: 'connect'; name: string; mode: 'keep' | 'once'; timeout: number | null; takeOver: boolean }
  | { do: 'disconnect'; name: string; ifUnused: boolean }
  | { do: 'disconnect-all' }
  | { do: 'cancel'; which: number }
  | { do: 'add' }
  | { do: 'edit'; immediate: boolean; config: number; enabled: boolean; isStale: boolean }
  | { do: 'delete' }
  | { do: 'end-act'; which: number; how: ActEnd }
  | { do: 'answer'; which: number; how: 'yes' | 'no' | 'fails' | 'suspended' }
  | { do: 'plug'; adapter: string }
  | { do: 'unplug'; adapter: string }
  | { do: 'carrier'; adapter: string; on: boolean }
  | { do: 'provider'; which: number; status: ProviderStatus; build: string; claims: boolean }
  | { do: 'settings'; enabled: boolean; behaviour: 'on-demand' | 'always-connected'; without: boolean }
  | { do: 'report'; which: number; state: 'lost' | 'suspended' | 'resumed' }
  | { do: 'release'; adapter: string }
  | { do: 'offer'; adapter: string }
  | { do: 'disk'; full: boolean }
  | { do: 'kill' }
  | { do: 'time'; ms: number }
)

export type ActEnd = 'success' | 'failure' | 'not-supported' | 'interrupted' | 'not-sent'
export type ProviderStatus = 'available' | 'unavailable' | 'disabled' | 'absent'

const pick = <Value>(...values: readonly Value[]) => fc.constantFrom(...values)
const which = fc.nat(7)
const adapter = pick(...adapters)
const yes = fc.boolean()

const weights: readonly [number, fc.Arbitrary<Step>][] = [
  [
    6,
    fc.record({
      do: pick('connect' as const),
      name: pick(...names),
      mode: pick('keep' as const, 'once' as const),
      timeout: pick(null, null, 3_000),
      takeOver: pick(false, false, false, true),
    }),
  ],
  [
    3,
    fc.record({ do: pick('disconnect' as const), name: pick(...names), ifUnused: pick(false, false, true) }),
  ],
  [1, fc.record({ do: pick('disconnect-all' as const) })],
  [2, fc.record({ do: pick('cancel' as const), which })],
  [1, fc.record({ do: pick('add' as const) })],
  [
    2,
    fc.record({
      do: pick('edit' as const),
      immediate: yes,
      config: fc.nat(2),
      enabled: pick(true, true, true, false),
      isStale: pick(false, false, false, true),
    }),
  ],
  [1, fc.record({ do: pick('delete' as const) })],
  [
    8,
    fc.record({
      do: pick('end-act' as const),
      which,
      how: pick<ActEnd>(
        'success',
        'success',
        'success',
        'failure',
        'not-supported',
        'interrupted',
        'not-sent',
      ),
    }),
  ],
  [
    8,
    fc.record({
      do: pick('answer' as const),
      which,
      how: pick(...(['yes', 'yes', 'yes', 'yes', 'no', 'fails', 'suspended'] as const)),
    }),
  ],
  [3, fc.record({ do: pick('plug' as const), adapter })],
  [2, fc.record({ do: pick('unplug' as const), adapter })],
  [1, fc.record({ do: pick('carrier' as const), adapter, on: yes })],
  [
    2,
    fc.record({
      do: pick('provider' as const),
      which: fc.nat(1),
      status: pick<ProviderStatus>(
        'available',
        'available',
        'available',
        'unavailable',
        'disabled',
        'absent',
      ),
      build: pick('build-1', 'build-2'),
      claims: yes,
    }),
  ],
  [
    1,
    fc.record({
      do: pick('settings' as const),
      enabled: yes,
      behaviour: pick('on-demand' as const, 'always-connected' as const),
      without: yes,
    }),
  ],
  [
    1,
    fc.record({
      do: pick('report' as const),
      which,
      state: pick('lost' as const, 'suspended' as const, 'resumed' as const),
    }),
  ],
  [1, fc.record({ do: pick('release' as const), adapter })],
  [1, fc.record({ do: pick('offer' as const), adapter })],
  [1, fc.record({ do: pick('disk' as const), full: yes })],
  [1, fc.record({ do: pick('kill' as const) })],
  [3, fc.record({ do: pick('time' as const), ms: pick(0, 0, 1_000, 5_000, 15_000, 65_000) })],
]

const one = fc.oneof(...weights.map(([weight, arbitrary]) => ({ weight, arbitrary })))

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc
    .tuple(one, pick(false, false, false, false, true))
    .map(([step, together]) => (together ? { ...step, together } : step)),
  { minLength: 5, maxLength: 40 },
)
