import { randomBytes } from 'node:crypto'
import { Lab, until } from './lab.js'

export const ethernet = '@claimd/ethernet/ethernet'
export const asFound = '@claimd/as-found/as-found'

/** A lab about one wired link and one configured connection, `office`. */
export class WiredLab extends Lab {
  /** The link's name. DHCP clients keep records by names, in folders that all namespaces share. */
  wire = newName()

  /** From now on it is about another link; those before it are deleted. */
  nextWire(): void {
    for (const { ifname } of JSON.parse(this.ip('-j link show')) as { ifname: string }[]) {
      if (!ifname.startsWith('lab')) continue
      try {
        this.ip(`link del ${ifname}`)
      } catch {
        // The namespace of its far end was deleted, and it with that, in the kernel's own time.
      }
    }
    this.wire = newName()
  }

  /** Configures `office` for the link. */
  configureOffice(config: object): void {
    this.configure({
      connections: { office: { type: 'ethernet', config: { match: { name: this.wire }, ...config } } },
    })
  }

  configureStatic(...addresses: string[]): void {
    this.configureOffice({ method: 'static', addresses })
  }

  /** Waits until the ethernet provider has said so of the link: an edit may still be on its way to it. */
  async says(text: string): Promise<void> {
    await until(
      async () => (await this.said()).includes(text),
      async () => `${ethernet} does not say "${text}" but "${await this.said()}"`,
    )
  }

  /** What the ethernet provider said of the link in the latest round, and why. */
  async said(): Promise<string> {
    const { answers } = (await this.explain(this.wire)).rounds.at(-1)!
    const answer = answers.filter(({ provider }) => provider === ethernet).at(-1)
    return `${answer?.result} ${answer?.evidence ?? answer?.reason}`
  }
}

function newName(): string {
  return `lab${randomBytes(4).toString('hex')}`
}
