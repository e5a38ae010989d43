/**
 * Loaded before everything else by `node --import`: shifts `Date` by CLAIMD_TEST_CLOCK milliseconds. The times of
 * files, timers and the monotonic clock stay as they are.
 */
const shift = Number(process.env.CLAIMD_TEST_CLOCK)
const Real = Date
const realNow = Real.now
const now = () => realNow() + shift

const Shifted = new Proxy(Real, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new Real(now()).toString(),
})
Real.now = now
Object.defineProperty(Real.prototype, 'constructor', { value: Shifted, writable: true, configurable: true })
globalThis.Date = Shifted
Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + shift })
