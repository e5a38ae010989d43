import { randomBytes } from 'node:crypto'
import { Lab } from './lab.js'

export const ethernet = '@claimd/ethernet/ethernet'
export const asFound = '@claimd/as-found/as-found'

/** A lab about one wired link and one configured connection, `office`. */
export class WiredLab extends Lab {
  /** The link's name. DHCP clients keep records by names, in folders that all namespaces share. */
  readonly wire = `lab${randomBytes(4).toString('hex')}`

  /** Configures `office` for the link. */
  configureOffice(config: object): void {
    this.configure({
      connections: { office: { type: 'ethernet', config: { match: { name: this.wire }, ...config } } },
    })
  }

  configureStatic(...addresses: string[]): void {
    this.configureOffice({ method: 'static', addresses })
  }

  /** What the ethernet provider said of the link in the latest round, and why. */
  async said(): Promise<string> {
    const { answers } = (await this.explain(this.wire)).rounds.at(-1)!
    const answer = answers.filter(({ provider }) => provider === ethernet).at(-1)
    return `${answer?.result} ${answer?.evidence ?? answer?.reason}`
  }
}
