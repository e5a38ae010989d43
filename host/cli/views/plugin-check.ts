import type { MatchRule, PluginCheckDocument, ProviderContribution } from '@claimd/sdk'
import { providerContributionSchema } from '@claimd/sdk/manifest'
import type { Page } from '../page.js'
import { block } from './block.js'
import { paragraph } from './paragraph.js'
import { show as showWarnings } from './warnings.js'

/** What a plugin without faults brings, and what it asks for. */
export function show(document: PluginCheckDocument, page: Page): string {
  const { plugin, version, compiled, providers, asks, warnings } = document
  const title = `${plugin} ${version} has no faults`
  const uncompiled =
    'Its main is not compiled yet (npm run build); as it is, it runs only under: claimd run --dev'
  return [
    paragraph(page, '', title, { indent: 2, paint: page.colours.green }),
    compiled ? '' : paragraph(page, '', uncompiled),
    showWarnings(warnings, page),
    providers.length === 0 ? paragraph(page, '', 'It contributes no provider.') : '',
    ...providers.map((provider) => `\n${showProvider(plugin, provider, page)}`),
    asks.length === 0
      ? `\n${paragraph(page, '', 'It asks for nothing, so it needs no trust.')}`
      : `\n${paragraph(page, '', 'It asks to')}${asks.map((line) => paragraph(page, '  - ', line)).join('')}`,
  ].join('')
}

const { properties: keys } = providerContributionSchema

function showProvider(plugin: string, provider: ProviderContribution, page: Page): string {
  const { id, label = id, band = keys.band.default, priority = keys.priority.default } = provider
  const { match = [], connectionTypes = [] } = provider
  const rules = match.map(inWords)
  return block(page, [
    ['provider', `${plugin}/${id}`],
    ['  label', label],
    ['  asked', `with band ${band} and priority ${priority}`],
    ['  about', rules.length === 0 ? 'no adapter' : rules.join('; or ')],
    ...(provider.configuredOnly ? [['  while', 'a connection of its types is configured'] as const] : []),
    ['  types', connectionTypes.join(', ')],
  ])
}

function inWords(rule: MatchRule): string {
  const conditions = Object.entries(rule).map(([key, value]) => `${key} ${value}`)
  return conditions.length === 0 ? 'every adapter' : `those with ${conditions.join(' and ')}`
}
