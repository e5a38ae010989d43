import type { LoadHook } from 'node:module'

const { name, machine, disabled } = JSON.parse(process.env.CLAIMD_DISABLED_GUARD!) as {
  name: string
  machine: string
  disabled: string
}

export const load: LoadHook = async (url, context, nextLoad) => {
  const loaded = await nextLoad(url, context)
  if (!url.endsWith(`/host/core/${machine}/rules.js`)) return loaded
  const source = String(loaded.source)
  const head = new RegExp(`^export function ${name}\\([^)]*\\) \\{$`, 'm')
  if (!head.test(source)) throw new Error(`rules.js exports no function ${name}`)
  return { ...loaded, source: source.replace(head, `$& ${disabled};`) }
}
