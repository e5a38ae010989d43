import type { ClaimdError, ErrorDocument } from '@claimd/sdk'
import type { Records } from '../../core/engine/store-port.js'
import { type Configuration, parseConfiguration, readConfigurationText } from './configuration.js'
import { type ConfigurationWatch, watchConfiguration } from './watch.js'

/** The kind of the records that keep accepted texts, by the path of their file. */
const recordKind = 'accepted-configuration'

interface Accepted {
  text: string
}

/**
 * The configuration file, with the last text of it that was accepted, which is kept in the state: it is in force
 * while the file is faulty or gone, also after a restart.
 */
export class ConfigurationSource {
  #fault: ErrorDocument | null = null
  #accepted: string | null

  /** @param required whether the file must be there even if it never was */
  constructor(
    private readonly file: string,
    private readonly required: boolean,
    private readonly records: Records,
  ) {
    const kept = records.all<Accepted>(recordKind).find(({ key }) => key === file)
    this.#accepted = kept?.value.text ?? null
  }

  /** What is wrong with the file, so that the last accepted configuration is in force; `null` when nothing is. */
  get fault(): ErrorDocument | null {
    return this.#fault
  }

  /** @throws a `ClaimdError` when the file is faulty and no accepted configuration was kept that can stand in */
  read(): Configuration {
    try {
      const text = readConfigurationText(this.file, this.#options())
      const configuration = parseConfiguration(text ?? '{}', this.file)
      if (text !== null) this.#keep(text)
      return configuration
    } catch (error) {
      if (this.#accepted === null) throw error
      const standIn = this.#parseAccepted(this.#accepted)
      if (standIn === null) throw error
      this.#fault = (error as ClaimdError).document as ErrorDocument
      return standIn
    }
  }

  watch(
    onChange: (configuration: Configuration) => void,
    onFault: (fault: ClaimdError) => void,
  ): ConfigurationWatch {
    return watchConfiguration(
      this.file,
      this.#options(),
      (configuration, text) => {
        this.#fault = null
        if (text !== null) this.#keep(text)
        onChange(configuration)
      },
      (fault) => {
        this.#fault = fault.document as ErrorDocument
        onFault(fault)
      },
    )
  }

  /** A file that was there once is missed when it is gone. */
  #options() {
    const source = this
    return {
      get required() {
        return source.required || source.#accepted !== null
      },
    }
  }

  /** One that an older version accepted can be faulty to this one. */
  #parseAccepted(text: string): Configuration | null {
    try {
      return parseConfiguration(text, this.file)
    } catch {
      return null
    }
  }

  #keep(text: string): void {
    if (text === this.#accepted) return
    this.#accepted = text
    try {
      this.records.put(recordKind, this.file, { text } satisfies Accepted)
    } catch {
      // The daemon says itself that its state cannot be written. The configuration is in force all the same.
    }
  }
}
