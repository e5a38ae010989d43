import type { AnyQuestion } from './provider-port.js'

/** A question before it has its number. */
export type WithoutId<Asked extends AnyQuestion> = Asked extends AnyQuestion ? Omit<Asked, 'id'> : never

/** The questions that are out, and which machine has asked each. */
export class Questions {
  private last = 0
  private readonly askers = new Map<number, string>()

  /** @returns the question with the number by which it is known */
  open<Asked extends AnyQuestion>(machine: string, question: WithoutId<Asked>): Asked {
    const id = ++this.last
    this.askers.set(id, machine)
    return { id, ...question } as unknown as Asked
  }

  isOpen(id: number): boolean {
    return this.askers.has(id)
  }

  /** It is answered, or called off. @returns who has asked; `null` when it was not out */
  close(id: number): string | null {
    const asker = this.askers.get(id) ?? null
    this.askers.delete(id)
    return asker
  }
}
