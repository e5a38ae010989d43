import { inject, injectable } from 'tsyringe'
import type { LinkSource } from '../../core/adapters/link.js'
import type { LinkChanger } from '../../core/adapters/link-changer.js'
import type { Records } from '../../core/kernel/store-port.js'
import { Ledger } from '../../core/ledger/ledger.js'
import { realTimers } from '../real-timers.js'
import { type LateParts, tokens } from '../tokens.js'

/** The ledger of a daemon's links. */
@injectable()
export class DaemonLedger extends Ledger {
  constructor(
    @inject(tokens.records) records: Records,
    @inject(tokens.changer) changer: LinkChanger,
    @inject(tokens.links) { where }: LinkSource,
    @inject(tokens.late) late: LateParts,
  ) {
    super(records, {
      changer,
      where,
      at: () => realTimers.at(),
      heldWith: (index) => late.holdings().heldWith(index),
      hasTakenOver: (fence) => late.holdings().hasTakenOver(fence),
      note: (note) => late.engine().submit({ type: 'note', note }),
    })
  }
}
