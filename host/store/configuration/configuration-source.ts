import type { ClaimdError, ErrorDocument } from '@claimd/sdk'
import type { Records } from '../../core/kernel/store-port.js'
import { type Configuration, parseAccepted } from './configuration.js'
import { type ConfigurationWatch, type Look, lookAtConfiguration, watchConfiguration } from './watch.js'

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
  /** The last accepted text, and the one that the state keeps: they differ while the state cannot be written. */
  #accepted: string | null
  #kept: string | null
  #unkept: Error | null = null
  /** What the file was like when it was read. */
  #read: Look | undefined

  /**
   * @param required whether the file must be there even if it never was
   * @param anyOwner whether it does not matter who else may write to it
   */
  constructor(
    private readonly file: string,
    private readonly required: boolean,
    private readonly records: Records,
    private readonly anyOwner = false,
  ) {
    const kept = records.all<Accepted>(recordKind).find(({ key }) => key === file)
    this.#kept = kept?.value.text ?? null
    this.#accepted = this.#kept
  }

  /** Why the next start could not use the accepted configuration; `null` when it could. */
  get unkept(): Error | null {
    return this.#unkept
  }

  /** Writes the accepted text to the state, if that could not be done before. @returns whether it is there */
  keep(): boolean {
    const text = this.#accepted
    if (text === this.#kept || text === null) return true
    try {
      this.records.put(recordKind, this.file, { text } satisfies Accepted)
      this.#kept = text
      this.#unkept = null
    } catch (error) {
      this.#unkept = error as Error
    }
    return this.#unkept === null
  }

  /** What is wrong with the file, so that the last accepted configuration is in force; `null` when nothing is. */
  get fault(): ErrorDocument | null {
    return this.#fault
  }

  /** @throws a `ClaimdError` when the file is faulty and no accepted configuration was kept that can stand in */
  read(): Configuration {
    const read = lookAtConfiguration(this.file, this.#options())
    this.#read = read
    if (!read.fault) {
      if (read.text !== null) this.#accept(read.text)
      return read.configuration
    }
    const standIn = this.#accepted === null ? null : parseAccepted(this.#accepted)
    if (standIn === null) throw read.fault
    this.#fault = read.fault.document as ErrorDocument
    return standIn
  }

  /** Hears of all changes since it was read. */
  watch(
    onChange: (configuration: Configuration) => void,
    onFault: (fault: ClaimdError) => void,
  ): ConfigurationWatch {
    return watchConfiguration(
      this.file,
      this.#options(),
      (configuration, text) => {
        this.#fault = null
        if (text !== null) this.#accept(text)
        onChange(configuration)
      },
      (fault) => {
        this.#fault = fault.document as ErrorDocument
        onFault(fault)
      },
      this.#read,
    )
  }

  /** A file that was there once is missed when it is gone. */
  #options() {
    const source = this
    return {
      anyOwner: source.anyOwner,
      get required() {
        return source.required || source.#accepted !== null
      },
    }
  }

  #accept(text: string): void {
    this.#accepted = text
    this.keep()
  }
}
