import { cut, widthOf } from './text.js'

/**
 * A provider's id with what tells least left out, as far as needed: `@acme/claimd-lab/lab`,
 * `claimd-lab/lab`, then `lab`, where the plugin is called the same, or else `…/lab`.
 */
export function shortenProvider(id: string, width: number): string {
  const [own = '', plugin = ''] = id.split('/').reverse()
  const subject = plugin.replace(/^claimd-/, '')
  const shorter = [`${plugin}/${own}`, subject === own ? own : `${subject}/${own}`, `…/${own}`]
  return shorter.find((one) => widthOf(one) <= width) ?? cut(own, width)
}

/** As many whole items of a list as fit, and how many are left out: `10.0.0.1/24 +2`. */
export function shortenList(list: string, width: number): string {
  const items = list.split(' ')
  for (let kept = items.length - 1; kept > 0; kept -= 1) {
    const short = `${items.slice(0, kept).join(' ')} +${items.length - kept}`
    if (widthOf(short) <= width) return short
  }
  const rest = items.length > 1 ? ` +${items.length - 1}` : ''
  return cut(items[0]!, Math.max(1, width - rest.length)) + rest
}
