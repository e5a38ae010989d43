import type { ExecService } from '@claimd/sdk'
import { type Ended, type Failed, type Run, runProgram } from '../protocol/run-program.js'
import { Turns } from './turns.js'

/**
 * Runs of one script at a time, and of all together: the host gives a plugin 16, and a script that hangs must not take all.
 * Those that may take long have their own, so that they keep no question from being asked.
 */
const runsOfOne = 4
const questionsOfAll = 8
const actsOfAll = 6

const questions = new Turns(questionsOfAll)
const acts = new Turns(actsOfAll)

/** What is to be run, and until when, on the clock of `performance.now()`. */
export interface WantedRun extends Omit<Run, 'timeoutMs'> {
  ends: number
  /** `act`: it changes something, and may take long. */
  lane: 'question' | 'act'
}

/** The runs of one script. */
export class Runs {
  readonly #exec: ExecService
  readonly #turns = new Turns(runsOfOne)

  constructor(exec: ExecService) {
    this.#exec = exec
  }

  /**
   * Runs it when it is its turn. The answer is there in time in any case; a script that does not end when it is
   * told to keeps its turn until it is killed.
   */
  async run({ ends, lane, ...wanted }: WantedRun): Promise<Ended | Failed> {
    // One act of a script at a time is the host's rule.
    if (lane === 'act') return this.#inTime(ends, wanted, (work) => acts.take(work))
    return this.#inTime(ends, wanted, (work) => this.#turns.take(() => questions.take(work)))
  }

  async #inTime(
    ends: number,
    wanted: Omit<Run, 'timeoutMs'>,
    inTurn: (work: () => Promise<Ended | Failed>) => Promise<Ended | Failed>,
  ): Promise<Ended | Failed> {
    const limit = ends - performance.now()
    let begun = false
    const work = inTurn(async (): Promise<Ended | Failed> => {
      const timeoutMs = Math.floor(ends - performance.now())
      if (timeoutMs < 1 || wanted.signal?.aborted) return tooLate
      begun = true
      return runProgram(this.#exec, { ...wanted, timeoutMs })
    })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Failed>((done) => {
      const text = `did not end within ${seconds(limit)}`
      timer = setTimeout(() => done(begun ? { failed: `${wanted.args[0]} ${text}` } : tooLate), limit)
      // One that runs is told to end, and is waited for.
      wanted.signal?.addEventListener('abort', () => begun || done(notWanted))
    })
    const end = await Promise.race([work, late])
    clearTimeout(timer)
    return end
  }
}

const tooLate: Failed = {
  failed: 'it was asked about too many adapters at a time, or has runs that do not end',
}

const notWanted: Failed = { failed: 'it was not run: its answer is no longer wanted' }

function seconds(ms: number): string {
  return `${Math.max(0, ms / 1000).toFixed(1)} s`
}
