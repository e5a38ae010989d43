const self = import.meta.url

/** Takes the time for the seed of its random numbers, and no test depends on that. */
const notCounted = '/node_modules/fast-check/'

/** Calls back once, when anything in this process asks what time it is now. */
export function reportClockLook(looked: () => void): void {
  const Real = Date
  const realNow = Real.now
  const { timeOrigin } = performance
  const look = () => {
    if (caller().includes(notCounted)) return
    Real.now = realNow
    globalThis.Date = Real
    Object.defineProperty(performance, 'timeOrigin', { value: timeOrigin })
    looked()
  }
  Real.now = () => {
    look()
    return realNow()
  }
  const get = () => {
    look()
    return timeOrigin
  }
  Object.defineProperty(performance, 'timeOrigin', { get, configurable: true })
  globalThis.Date = new Proxy(Real, {
    construct(target, args, newTarget) {
      if (args.length === 0) look()
      return Reflect.construct(target, args, newTarget)
    },
    apply(target) {
      look()
      return target()
    },
  })
}

/** The file that the call came from into this one. */
function caller(): string {
  const { prepareStackTrace, stackTraceLimit } = Error
  try {
    Error.stackTraceLimit = 10
    Error.prepareStackTrace = (_, sites) => sites
    const sites = new Error().stack as unknown as NodeJS.CallSite[]
    const files = sites.map((site) => site.getFileName() ?? '')
    return files.find((file) => file !== '' && file !== self) ?? ''
  } finally {
    Object.assign(Error, { prepareStackTrace, stackTraceLimit })
  }
}
