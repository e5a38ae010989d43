import type { Node, SourceFile } from 'typescript/unstable/ast'
import * as is from 'typescript/unstable/ast/is'
import { childrenOf, nodesOf } from './parse.js'

const registering = ['injectable', 'singleton', 'scoped', 'autoInjectable']
const injecting = ['inject', 'injectAll']

/** The long-lived parts of a daemon. */
const parts = 'host/app/parts/'

/** Classes among the long-lived parts that the container does not make, in words. */
export function partFaults(path: string, file: SourceFile): string[] {
  if (!path.startsWith(parts)) return []
  return [...nodesOf(file)]
    .filter(is.isClassLikeDeclaration)
    .filter((declared) => !isDecoratedBy(declared, registering))
    .map((declared) => `${declared.name?.text ?? 'a class'} is a long-lived part without @injectable`)
}

/**
 * The constructor parameters of a class for injection that do not say what is injected, in words. Without
 * metadata the container leaves such a parameter undefined, and nobody is told.
 */
export function injectionFaults(file: SourceFile): string[] {
  return [...nodesOf(file)].filter(is.isClassLikeDeclaration).flatMap((declared) => {
    if (!isDecoratedBy(declared, registering)) return []
    const constructors = childrenOf(declared).filter(is.isConstructorDeclaration)
    return constructors
      .flatMap((each) => [...each.parameters])
      .filter((parameter) => !isDecoratedBy(parameter, injecting))
      .map(
        (parameter) =>
          `${declared.name?.text ?? 'a class'} takes ${parameter.name.getText(file)} without @inject`,
      )
  })
}

function isDecoratedBy(node: Node, names: string[]): boolean {
  return childrenOf(node).some((child) => {
    if (!is.isDecorator(child)) return false
    const called = is.isCallExpression(child.expression) ? child.expression.expression : child.expression
    return is.isIdentifier(called) && names.includes(called.text)
  })
}
