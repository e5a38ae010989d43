import { type Case, fail, pass } from '../case.js'

export const manifest: Case = {
  id: 'manifest',
  rule: 'The manifest has no fault.',
  level: 'must',
  async run({ faults, plugin }) {
    const [first] = faults
    if (!first) return pass(`${plugin.name} ${plugin.version}, ${count(plugin.providers.length)}`)
    const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
    const place = first.field === '' ? '' : `${first.field}: `
    return { ...fail(`${place}${first.found}${more}`, first.expected, first.remedy), faults }
  },
}

function count(providers: number): string {
  return providers === 1 ? 'one provider' : `${providers} providers`
}
