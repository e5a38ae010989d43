import { lstatSync, readlinkSync, type Stats } from 'node:fs'
import { join, resolve } from 'node:path'

/** As many links as the kernel follows on one path. */
const linkLimit = 40

/** Something on the way to a file or folder. */
export interface Step {
  path: string
  stats: Stats
  /** Whether it is the file or folder itself. */
  isLast: boolean
}

/**
 * Everything on the way from `/` to a file or folder, itself included; links are followed, and are on it as well. Whoever
 * may change one of these decides what the path leads to.
 * @throws what `lstat` throws where the way ends before, and ELOOP
 */
export function* wayTo(target: string): Generator<Step> {
  let links = 0
  let path = '/'
  for (let names = resolve(target).split('/').filter(Boolean); ; ) {
    const stats = lstatSync(path)
    const isLink = stats.isSymbolicLink()
    yield { path, stats, isLast: names.length === 0 && !isLink }
    if (isLink) {
      if (++links > linkLimit) throw Object.assign(new Error(`ELOOP: ${target}`), { code: 'ELOOP' })
      const leadsTo = readlinkSync(path)
      names = [...leadsTo.split('/').filter(Boolean), ...names]
      path = leadsTo.startsWith('/') ? '/' : join(path, '..')
      continue
    }
    const name = names.shift()
    if (name === undefined) return
    path = join(path, name)
  }
}
