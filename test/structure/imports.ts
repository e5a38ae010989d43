import { type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast'
import * as is from 'typescript/unstable/ast/is'
import { nodesOf } from './parse.js'

export interface Import {
  /** What is imported; null where only the running program knows. */
  specifier: string | null
  /** Leaves nothing behind in the compiled file: `import type`, `export type`, `import('x').T` as a type. */
  typeOnly: boolean
  dynamic: boolean
  /** The names in braces, as the other module calls them. */
  names: string[]
}

/** Everything that a file imports or exports from elsewhere, in the order of the text. */
export function importsOf(file: SourceFile): Import[] {
  return [...nodesOf(file)].flatMap((node) => {
    const found = importOf(node)
    return found ? [{ typeOnly: false, dynamic: false, names: [], ...found }] : []
  })
}

type Found = Pick<Import, 'specifier'> & Partial<Import>

function importOf(node: Node): Found | undefined {
  if (is.isImportDeclaration(node)) {
    const clause = node.importClause
    const names =
      clause?.namedBindings && is.isNamedImports(clause.namedBindings) ? clause.namedBindings.elements : []
    return {
      specifier: textOf(node.moduleSpecifier),
      // Of `import { type T }` an import for its effects remains.
      typeOnly: clause?.phaseModifier === SyntaxKind.TypeKeyword,
      names: names.map((name) => (name.propertyName ?? name.name).text),
    }
  }
  if (is.isExportDeclaration(node) && node.moduleSpecifier) {
    return { specifier: textOf(node.moduleSpecifier), typeOnly: node.isTypeOnly }
  }
  if (is.isImportTypeNode(node) && is.isLiteralTypeNode(node.argument)) {
    return { specifier: textOf(node.argument.literal), typeOnly: true }
  }
  if (is.isExternalModuleReference(node)) return { specifier: textOf(node.expression) }
  if (is.isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword) {
    return { specifier: textOf(node.arguments[0]), dynamic: true }
  }
  return undefined
}

function textOf(node: Node | undefined): string | null {
  return node && is.isStringLiteralLikeNode(node) ? node.text : null
}
