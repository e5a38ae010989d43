import type { ConfigFault } from '@claimd/sdk'

/** Where in `config` a value is. */
export type Place = readonly (string | number)[]

/** Takes what is wrong with a value. */
export type TellFault = (place: Place, found: unknown, expected: string) => void

/** Collects what is wrong with the `config` of a connection. */
export class Faults {
  readonly list: ConfigFault[] = []

  readonly tell: TellFault = (place, found, expected) => {
    this.list.push({ field: place.join('.'), found: shown(found), expected })
  }

  /** Each in words. */
  get texts(): string[] {
    return this.list.map(faultText)
  }
}

/** `config.addresses[0]: found "x", expected …` */
export function faultText({ field, found, expected }: ConfigFault): string {
  const place = field.replace(/\.(\d+)(?=\.|$)/g, '[$1]')
  return `config${place && `.${place}`}: found ${found}, expected ${expected}`
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
