import type { Adapter } from '../adapter.js'
import { checkArguments } from '../services/call-arguments.js'
import type { LinksService, NewLink } from '../services/links.js'
import { MissingFixture } from './fixtures.js'

/** A call of `context.links` that changes something. */
export type LinkCall = {
  [Method in keyof LinksService]: { method: Method; args: Parameters<LinksService[Method]> }
}[Exclude<keyof LinksService, 'look' | 'adopt'>]

/**
 * @param adapters those that the plugin holds, by their ids; they become as the calls leave them
 * @param calls takes each call that changes something
 */
export function fakeLinks(adapters: ReadonlyMap<string, Adapter>, calls: LinkCall[]): LinksService {
  const take =
    <Method extends LinkCall['method']>(method: Method) =>
    async (...args: Parameters<LinksService[Method]>): Promise<void> => {
      checkArguments(`context.links.${method}`, args)
      calls.push({ method, args } as LinkCall)
      const [id, , address] = args as [string, number?, unknown?]
      const adapter = adapters.get(id)
      if (adapter) changeAdapter(adapter, method, address)
    }
  return {
    look: async (adapter, fence) => {
      checkArguments('context.links.look', [adapter, fence])
      const found = adapters.get(adapter)
      if (found) return structuredClone(found)
      throw new MissingFixture('NOT_ALLOWED', {
        message: `the plugin may not look at the adapter ${adapter}: it does not hold it`,
        found: adapter,
        expected: 'an adapter of the option `adapters`',
        remedy: 'give it: new FakeContext({ adapters: [fakeAdapter({ name: "lab0" })] })',
      })
    },
    up: take('up'),
    down: take('down'),
    addAddress: take('addAddress'),
    removeAddress: take('removeAddress'),
    addRoute: take('addRoute'),
    removeRoute: take('removeRoute'),
    setMtu: take('setMtu'),
    create: take('create'),
    remove: take('remove'),
    adopt: async (name, fence) => {
      checkArguments('context.links.adopt', [name, fence])
      const made = calls.some(({ method, args: [link] }) => {
        return method === 'create' && (link as NewLink).name === name
      })
      const found = [...adapters.values()].find((adapter) => adapter.name === name)
      if (made && found) return structuredClone(found)
      throw new MissingFixture('NOT_ALLOWED', {
        message: `the plugin may not adopt the link ${name}: ${made ? 'there is no adapter of that name' : 'it has not made it'}`,
        found: name,
        expected: 'a link that was made by `create`, and an adapter of that name in the option `adapters`',
        remedy: 'give it: new FakeContext({ adapters: [fakeAdapter({ name: "lab0" })] })',
      })
    },
  }
}

function changeAdapter(adapter: Adapter, method: keyof LinksService, address: unknown): void {
  if (method === 'up' || method === 'down') adapter.up = adapter.carrier = method === 'up'
  const others = adapter.addresses.filter((one) => one !== address)
  if (method === 'addAddress') adapter.addresses = [...others, String(address)]
  if (method === 'removeAddress') adapter.addresses = others
}
