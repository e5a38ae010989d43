import type {
  Adapter,
  Answer,
  ClaimStands,
  Failure,
  Progress,
  Released,
  ResourcesAnswer,
  StatusAnswer,
  TypeSpecificAnswer,
  ValidateAnswer,
} from '@claimd/sdk'

/**
 * A configured connection as the core knows it. What only its provider understands stays outside, since it may hold secrets:
 * the plugin host finds it again by its fingerprint.
 */
export interface ConnectionReference {
  name: string
  type: string
  /** The fingerprint of its `config`. */
  config: string
}

/** A question to one provider about one configured connection: harmless, and may be asked again of another process. */
export type ConnectionQuestion = {
  id: number
  provider: string
  connection: ConnectionReference
} & (
  | { kind: 'resources'; adapters: readonly Adapter[] }
  | { kind: 'validate' }
  | { kind: 'status'; adapter: Adapter | null; fence: number }
  | { kind: 'typeSpecific'; adapter: Adapter | null; fence: number }
)

export interface ConnectionAnswers {
  resources: ResourcesAnswer
  validate: ValidateAnswer
  status: StatusAnswer
  typeSpecific: TypeSpecificAnswer
}

/** The answer to a question about a connection: of failures of any kind the plugin host makes an `UNEXPECTED` one. */
export type ConnectionAnswerEvent = {
  [Kind in keyof ConnectionAnswers]: {
    type: 'connection-answer'
    question: Extract<ConnectionQuestion, { kind: Kind }>
    answer: ConnectionAnswers[Kind]
    ms: number
  }
}[keyof ConnectionAnswers]

/** Whether it is the answer to a question of this kind. */
export function isAnswerTo<Kind extends keyof ConnectionAnswers>(
  kind: Kind,
  event: ConnectionAnswerEvent,
): event is Extract<ConnectionAnswerEvent, { question: { kind: Kind } }> {
  return event.question.kind === kind
}

/** A question to one provider about one adapter: harmless, and may be asked again of another process. */
export interface Question {
  /**
   * Above 0: given by the kernel, never twice while it runs. Below 0: the plugin host asks for itself; the core sees
   * none of these.
   */
  id: number
  kind: 'offer' | 'verify'
  provider: string
  adapter: Adapter
  /** Offer: the suggested name. Verify: the held one. */
  connection: string
  evidence: string | null
  fence: number
}

/**
 * The plugin host, as the core sees it. For every question it delivers exactly one answer, whatever happens
 * to the plugin: failures of any kind become `UNEXPECTED` with a reason. An answer that arrives after that
 * (the deadline had passed, the question was cancelled) is delivered as well: the core calls it void.
 */
export interface ProviderPort {
  /** A list is on its way to running plugins when this returns. */
  ask(questions: readonly AnyQuestion[]): void
  /** The answer is no longer wanted; an `UNEXPECTED` answer for it need not be delivered any more. */
  cancel(ids: readonly number[]): void
  /** These connections are configured now, and stored: the providers are told before they are asked anything else. */
  configured(connections: readonly ConnectionReference[]): void
  /** The claim is stored. */
  claimed(provider: string, now: ClaimStands): void
  released(provider: string, was: Released): void
}

export type AnyQuestion = Question | ConnectionQuestion

/** Whether it is an offer or a verify. */
export function isAboutAdapter(question: AnyQuestion): question is Question {
  return question.kind === 'offer' || question.kind === 'verify'
}

/** An answer to an offer or a verify. */
export interface AnswerEvent {
  type: 'answer'
  question: Question
  answer: Answer
  ms: number
}

/** An operation of a provider, which changes something. */
export interface Act {
  /** Its fence: there is one act of each kind for one fence. */
  fence: number
  kind: string
  /** The full id. */
  provider: string
  /** What the provider needs for it. */
  parameters: unknown
}

/**
 * What became of an act. `not-sent`: the provider never heard of it. `interrupted`: its process is gone, and how far the
 * act had come is not known; it is not sent to another process.
 */
export type ActResult<Answer = unknown> =
  | { outcome: 'done'; answer: Answer }
  | { outcome: 'not-sent' | 'interrupted'; reason: string }

/** To bring a connection up, or to take it down. */
export interface DialAct extends Act {
  kind: 'connect' | 'disconnect'
  parameters: {
    connection: ConnectionReference
    /** `null` where the provider makes its own link. */
    adapter: Adapter | null
  }
}

/** What its provider answered: failures of any other kind are made an `UNEXPECTED` one by the plugin host. */
export type DialAnswer = { result: 'SUCCESS'; evidence?: string } | Failure

/** What became of a {@link DialAct}: comes once for each that was handed over. */
export interface ActEndedEvent {
  type: 'act-ended'
  act: DialAct
  result: ActResult<DialAnswer>
}

/** How far a connect has come. */
export interface ProgressEvent {
  type: 'progress'
  provider: string
  fence: number
  progress: Progress
}

/** Carries out what changes something. Each act is handed over once, after it is stored that it was begun. */
export interface ActPort {
  act(act: Act): void
  /** Its result is not wanted any more: the provider has 10 s to end it, then its process is ended. It still gets a result. */
  cancelAct(act: Pick<Act, 'fence' | 'kind' | 'provider'>): void
}

/** Takes back what was changed about links. */
export interface UndoPort {
  /** All that was made with this fence, newest first; told by an {@link UndoneEvent}, once. To do it again does no harm. */
  undo(fence: number): void
}

/** What was made with a fence is taken back. */
export interface UndoneEvent {
  type: 'undone'
  fence: number
  /** What had to stay, each in words. */
  left: readonly string[]
}
