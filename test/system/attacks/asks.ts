import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Permissions } from '@claimd/sdk'
import type { AttackLab } from './attack-lab.js'

/** What a plugin of {@link asks} is. */
export interface Asking {
  version?: string
  permissions?: Permissions
  /** The link that it is asked about. */
  link: string
  /** By this connection it claims the link. Default: it declines. */
  claims?: string
}

/**
 * Puts a plugin into the running daemon that does something whenever it is asked about its link, and then declines,
 * or claims it. What it writes to its log goes to the log of the plugin.
 * @param act gives the code, in which there are `context` and `data`, the path of the plugin's folder
 * @param onLoad code that runs as soon as the module is loaded
 */
export function asks(
  lab: AttackLab,
  name: string,
  { version = '1.0.0', permissions = {}, link, claims }: Asking,
  act: () => string,
  onLoad = '',
): void {
  const draft = join(lab.folder, `draft-${name}`)
  mkdirSync(draft)
  writeFileSync(join(draft, 'package.json'), JSON.stringify(manifest(name, version, permissions, link)))
  writeFileSync(join(draft, 'index.js'), codeOf(lab, name, { act: act(), claims, onLoad }))
  lab.place(draft, name)
}

export function manifest(name: string, version: string, permissions: Permissions, link: string): object {
  return {
    ...{ name, version, type: 'module', main: './index.js', engines: { claimd: '^1.0.0' } },
    contributes: { providers: [{ id: 'p', band: 'exact', match: [{ name: link }] }] },
    permissions,
  }
}

function codeOf(
  lab: AttackLab,
  name: string,
  { act, claims, onLoad }: { act: string; claims: string | undefined; onLoad: string },
): string {
  const answer =
    claims === undefined
      ? { result: 'INVALID_CONNECTION', reason: 'done' }
      : { result: 'SUCCESS', connection: claims, volatile: true, evidence: 'wants it' }
  return `import * as fs from 'node:fs'
const data = ${JSON.stringify(join(lab.state, 'data', name))}
${onLoad}
export function activate(context) {
  context.providers.register('p', {
    async claimConnection({ adapter, fence }) {
      ${act}
      return ${JSON.stringify(answer)}
    },
    verify: ({ connection }) => ({ result: 'SUCCESS', connection }),
  })
}
`
}
