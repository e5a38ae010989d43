/**
 * Writes a line to the plugin's log, beside what it writes to stdout and stderr. Of a flood of lines some are
 * dropped, and their number is written; a line longer than 2048 characters is cut.
 *
 * @example
 * context.log('the modem is registered')
 * context.log.warn('no signal for a minute')
 */
export interface Log {
  (message: string): void
  /** Something an operator may want to look into. */
  warn(message: string): void
  /** Something that does not work. */
  error(message: string): void
}
