import fc from 'fast-check'
import type { Saying } from './desk.js'
import { adapterCount, type LinkChange } from './kernel.js'

export type ProviderChange =
  | 'available'
  | 'unavailable'
  | 'disabled'
  | 'absent'
  | 'reloaded'
  | 'exact'
  | 'likely'
  | 'generic'
  | 'first'
  | 'narrow'
  | 'broad'
  | 'none'
  | 'configured only'

/** One thing that happens. What is submitted is handled with the next `turn` or `wait`, together. */
export type Step =
  | { do: 'link'; adapter: number; change: LinkChange }
  | { do: 'lose' | 'overflow' | 'turn' }
  | { do: 'answer'; which: number; saying: Saying }
  | { do: 'mood'; provider: number; mood: Saying | null; after: number }
  | { do: 'provider'; provider: number; change: ProviderChange }
  | { do: 'report'; adapter: number; fence: 'right' | 'old' | 'new'; by: 'holder' | number }
  | { do: 'offer' | 'release'; adapter: number }
  | { do: 'disconnect'; name: string }
  | { do: 'disconnect-all' }
  | { do: 'wait'; ms: number }
  | { do: 'settings'; ignore: string | null; order: number[]; connections: string[] }
  | { do: 'disk'; full: boolean }
  | {
      do: 'kill'
      when: 'now' | 'before commit' | 'after commit'
      start: boolean
      where: 'same' | 'boot' | 'namespace'
    }

export const providerCount = 4

const pick = <const T>(...values: readonly T[]) => fc.constantFrom(...values)
const adapter = fc.nat({ max: adapterCount - 1 })
const provider = fc.nat({ max: providerCount - 1 })

const saying: fc.Arbitrary<Saying> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      say: pick('yes'),
      name: pick('suggested', 'suggested', 'suggested', 'shared', 'configured'),
      volatile: pick(true, true, true, false),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ say: pick('yes'), name: pick('foreign', 'malformed'), volatile: pick(true) }),
  },
  { weight: 4, arbitrary: fc.record({ say: pick('no', 'no', 'never', 'throws', 'exists') }) },
  { weight: 2, arbitrary: fc.record({ say: pick('pending'), ms: pick(0, 300, 9_000, -1) }) },
)
const mood = fc.option(saying, { freq: 2 })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 14, arbitrary: fc.record({ do: pick('turn') }) },
  { weight: 10, arbitrary: fc.record({ do: pick('answer'), which: fc.nat({ max: 7 }), saying }) },
  {
    weight: 12,
    arbitrary: fc.record({
      do: pick('link'),
      adapter: fc.nat({ max: adapterCount }),
      change: pick<LinkChange>(
        ...([
          'appear',
          'appear',
          'vanish',
          'move',
          'recreate',
          'up',
          'carrier',
          'address',
          'address',
        ] as const),
        ...(['rename', 'swap', 'port', 'member', 'mac', 'managed', 'udev', 'kind'] as const),
      ),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: pick('provider'),
      provider,
      change: pick<ProviderChange>(
        ...([
          'available',
          'available',
          'available',
          'unavailable',
          'disabled',
          'absent',
          'reloaded',
        ] as const),
        ...(['exact', 'likely', 'generic', 'first', 'narrow', 'broad', 'none', 'configured only'] as const),
      ),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: pick('wait'), ms: pick(0, 60, 1_000, 3_000) }) },
  { weight: 3, arbitrary: fc.record({ do: pick('mood'), provider, mood, after: pick(0, 50, 2_500) }) },
  { weight: 3, arbitrary: fc.record({ do: pick('offer'), adapter }) },
  { weight: 3, arbitrary: fc.record({ do: pick('release'), adapter }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: pick('report'),
      adapter,
      fence: pick('right', 'right', 'old', 'new'),
      by: fc.oneof(pick('holder'), pick('holder'), provider),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: pick('disconnect'), name: pick('lab0', 'lab1', 'shared', 'mine', 'foreign') }),
  },
  { weight: 1, arbitrary: fc.record({ do: pick('disconnect-all', 'lose', 'overflow') }) },
  { weight: 3, arbitrary: fc.record({ do: pick('disk'), full: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: pick('kill'),
      when: pick('now', 'before commit', 'after commit'),
      start: pick(true, true, false),
      where: pick('same', 'same', 'same', 'same', 'boot', 'namespace'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: pick('settings'),
      ignore: pick(null, null, 'lab0', 'lab*'),
      order: fc.subarray([2, 1, 0, 3], { maxLength: 2 }),
      connections: fc.subarray(['mine exact', 'mine other', 'foreign other', 'lab0 exact']),
    }),
  },
)

export interface Schedule {
  /** What the providers say at first when nobody answers for them; `null`: nothing. */
  moods: (Saying | null)[]
  steps: Step[]
}

export function schedules(length: number): fc.Arbitrary<Schedule> {
  return fc.record({
    moods: fc.array(mood, { minLength: providerCount, maxLength: providerCount }),
    steps: fc.array(step, { minLength: 1, maxLength: length, size: 'max' }),
  })
}
