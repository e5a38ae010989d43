import type { Node, SourceFile } from 'typescript/unstable/ast'
import { createVirtualFileSystem } from 'typescript/unstable/fs'
import { API } from 'typescript/unstable/sync'

/** A file of the repository: its path from the root, and its text. */
export type Source = [path: string, text: string]

const root = '/parsed'

/** Parses sources with the TypeScript compiler; reads nothing from the disk and follows no import. */
export function parse(sources: Source[]): SourceFile[] {
  // A folder for each, so that two of them may have the same path.
  const files = sources.map(([path, text], index) => [`${root}/${index}/${path}`, text] as const)
  const compilerOptions = { allowJs: true, noLib: true, noResolve: true, types: [] }
  const config = JSON.stringify({ compilerOptions, files: files.map(([path]) => path) })
  const disk = createVirtualFileSystem(Object.fromEntries([...files, [`${root}/tsconfig.json`, config]]))
  const compiler = new API({ fs: disk, cwd: root })
  try {
    const snapshot = compiler.updateSnapshot({ openProjects: [`${root}/tsconfig.json`] })
    const program = snapshot.getProject(`${root}/tsconfig.json`)?.program
    return files.map(([path]) => {
      const file = program?.getSourceFile(path)
      if (!file) throw new Error(`${path} was not parsed`)
      return file
    })
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
