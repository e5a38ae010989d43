import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The type of the connections that the plugin connects; their config is `{ "link": NAME }`. */
export const dialType = 'dial'

/** Every answer comes at once, and nothing is done: what is left is what claimd itself takes. */
const code = `const provider = {
  claimConnection: () => ({ result: 'INVALID_CONNECTION', reason: 'nothing is up before it is connected' }),
  resources({ adapters, config }) {
    const own = adapters.find(({ name }) => name === config.link)
    if (own) return { result: 'SUCCESS', adapters: [own.id] }
    return { result: 'CONNECTION_ACQUIRE_FAILED', cause: 'no-adapter', reason: config.link + ' is not free' }
  },
  connect: () => ({ result: 'SUCCESS' }),
  disconnect: () => ({ result: 'SUCCESS' }),
  status: () => ({ result: 'SUCCESS', state: 'connected' }),
}
export const activate = (context) => context.providers.register('dial', provider)
`

/** Writes a folder with one plugin, whose provider connects. @returns the folder */
export function writeDialPlugin(folder: string): string {
  const path = join(folder, 'dialler')
  mkdirSync(path, { recursive: true })
  const configuration = {
    type: 'object',
    properties: { link: { type: 'string' } },
    required: ['link'],
    additionalProperties: false,
  }
  const manifest = {
    name: 'dialler',
    version: '1.0.0',
    type: 'module',
    main: './index.js',
    engines: { claimd: '^1.0.0' },
    contributes: {
      providers: [
        {
          id: 'dial',
          match: [{ name: '*' }],
          connectionTypes: [dialType],
          configuredOnly: true,
          serial: false,
          configuration,
        },
      ],
    },
  }
  writeFileSync(join(path, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(path, 'index.js'), code)
  return folder
}

/** Writes a configuration file with a connection of the name of each link. @returns its path */
export function writeConnections(
  folder: string,
  links: readonly string[],
  connection: (link: string, number: number) => { type: string; config: object },
): string {
  const file = join(folder, 'connections.json')
  const connections = Object.fromEntries(links.map((link, number) => [link, connection(link, number)]))
  writeFileSync(file, JSON.stringify({ connections }))
  return file
}
