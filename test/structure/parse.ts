import type { Node, SourceFile } from 'typescript/unstable/ast'
import { createVirtualFileSystem } from 'typescript/unstable/fs'
import { API } from 'typescript/unstable/sync'

const root = '/parsed'

/** Parses sources, by path, with the TypeScript compiler; reads nothing from the disk and follows no import. */
export function parse(sources: Record<string, string>): Record<string, SourceFile> {
  const paths = Object.keys(sources)
  const compilerOptions = { allowJs: true, noLib: true, noResolve: true, types: [] }
  const config = JSON.stringify({ compilerOptions, files: paths })
  const files = Object.entries(sources).map(([path, text]) => [`${root}/${path}`, text])
  const disk = createVirtualFileSystem(Object.fromEntries([...files, [`${root}/tsconfig.json`, config]]))
  const compiler = new API({ fs: disk, cwd: root })
  try {
    const snapshot = compiler.updateSnapshot({ openProjects: [`${root}/tsconfig.json`] })
    const program = snapshot.getProject(`${root}/tsconfig.json`)?.program
    return Object.fromEntries(
      paths.map((path) => {
        const file = program?.getSourceFile(`${root}/${path}`)
        if (!file) throw new Error(`${path} was not parsed`)
        return [path, file]
      }),
    )
  } finally {
    compiler.close()
  }
}

export function childrenOf(node: Node): Node[] {
  const children: Node[] = []
  node.forEachChild((child) => void children.push(child))
  return children
}

/** A node and everything below it, in the order of the text. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node
  for (const child of childrenOf(node)) yield* nodesOf(child)
}
