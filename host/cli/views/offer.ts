import type { OfferDocument } from '@claimd/sdk'
import type { Page } from '../page.js'
import { harmless } from '../text.js'
import { paintAdapterState } from './paint.js'
import { paragraph } from './paragraph.js'
import { showRound } from './round.js'

export function show(document: OfferDocument, page: Page): string {
  const paint = paintAdapterState(page.colours, document.state)
  return [
    showRound(document.round, 'The round', page),
    `${page.colours.bold(harmless(document.adapter))} is ${paint(document.state)}\n`,
    paragraph(page, '  because ', document.because),
  ].join('')
}
