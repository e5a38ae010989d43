import { type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast'
import * as is from 'typescript/unstable/ast/is'
import { nodesOf } from './parse.js'

/** Globals through which time, chance or the outside come in. */
const impure = [
  'process performance crypto fetch console globalThis global require',
  'setTimeout setInterval setImmediate queueMicrotask clearTimeout clearInterval clearImmediate',
].flatMap((names) => names.split(' '))

/** Where a file of the core asks for the time, for chance or for the outside, in words. */
export function purityFaults(file: SourceFile): string[] {
  return [...nodesOf(file)].filter(isImpure).map((node) => `uses ${node.getText(file)}`)
}

function isImpure(node: Node): boolean {
  if (is.isPropertyAccessExpression(node)) {
    return ['Date.now', 'Math.random'].includes(`${textOf(node.expression)}.${node.name.text}`)
  }
  if (is.isNewExpression(node)) return textOf(node.expression) === 'Date' && !node.arguments?.length
  if (is.isCallExpression(node)) return textOf(node.expression) === 'Date'
  return is.isIdentifier(node) && impure.includes(node.text) && !namesSomething(node)
}

/** Whether an identifier only is the name of a property, a parameter or a declaration. */
function namesSomething(node: Node): boolean {
  const { parent } = node
  return 'name' in parent && parent.name === node && parent.kind !== SyntaxKind.ShorthandPropertyAssignment
}

function textOf(node: Node): string | undefined {
  return is.isIdentifier(node) ? node.text : undefined
}
