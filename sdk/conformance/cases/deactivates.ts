import { type Case, fail, pass } from '../case.js'

export const deactivatesInTime: Case = {
  id: 'deactivates-in-time',
  rule: 'Deactivate, and what is disposed of after it, is done in time and throws nothing.',
  level: 'must',
  async run(bench) {
    const { ms, trouble } = await bench.farewell()
    if (trouble === null) return pass(`it was gone after ${ms} ms`)
    return fail(
      trouble,
      `done within ${bench.limits.deactivateMs / 1000} s, nothing thrown`,
      'Give what is waited for a time limit; what cannot be ended in time is ended with the process',
    )
  },
}

export const leavesNothingBehind: Case = {
  id: 'leaves-nothing-behind',
  rule: 'After deactivate no timer, watch, socket or child process is left.',
  level: 'should',
  async run(bench) {
    const { leftBehind } = await bench.farewell()
    if (leftBehind.length === 0) return pass('nothing was left')
    return fail(
      leftBehind.join(', '),
      'nothing that keeps a process alive',
      'Push a Disposable that ends it into context.subscriptions when it is begun',
    )
  },
}
