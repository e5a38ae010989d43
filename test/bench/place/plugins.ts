import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A plugin's provider claims at once whatever is up. */
const code = (ids: readonly string[]) => `const provider = {
  claimConnection: ({ adapter, connection }) =>
    adapter.up
      ? { result: 'SUCCESS', connection, volatile: true }
      : { result: 'INVALID_CONNECTION', reason: 'it is down' },
}
export function activate(context) {
  for (const id of ${JSON.stringify(ids)}) context.providers.register(id, provider)
}
`

/**
 * Writes a folder of plugins `plugin0`, `plugin1`, … with providers `p0`, `p1`, …
 * @param match the pattern for the names of links that the `number`th provider of all wants
 */
export function writePlugins(
  folder: string,
  plugins: number,
  providersEach: number,
  match: (number: number) => string,
): string {
  for (let plugin = 0; plugin < plugins; plugin++) {
    const path = join(folder, `plugin${plugin}`)
    mkdirSync(path, { recursive: true })
    const ids = Array.from({ length: providersEach }, (_, provider) => `p${provider}`)
    const providers = ids.map((id, provider) => ({
      id,
      match: [{ name: match(plugin * providersEach + provider) }],
    }))
    const manifest = {
      name: `plugin${plugin}`,
      version: '1.0.0',
      type: 'module',
      main: './index.js',
      engines: { claimd: '^1.0.0' },
      contributes: { providers },
    }
    writeFileSync(join(path, 'package.json'), JSON.stringify(manifest))
    writeFileSync(join(path, 'index.js'), code(ids))
  }
  return folder
}
