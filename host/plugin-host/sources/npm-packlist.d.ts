declare module 'npm-packlist' {
  /** The part of a package tree that a package without bundled packages needs. */
  interface Tree {
    path: string
    package: object
    isProjectRoot: true
    edgesOut: ReadonlyMap<string, object>
  }
  /** The files that `npm pack` would take, as paths in the folder. */
  export default function packlist(tree: Tree): Promise<string[]>
}
