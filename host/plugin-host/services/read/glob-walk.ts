import { compilePathGlob } from '../../../core/permissions/path-glob.js'
import { compileFileGlob, kernelFolderOf } from './read-grant.js'

/** One list of files: how many, out of how many entries of folders, and how deep below the `**`. */
export const listLimits = { files: 1000, entries: 20_000, depth: 16 }

/** How the files that fit a glob are found: from which folder on, and into which ones below it. */
export class GlobWalk {
  /** The deepest folder that all of them are in, or the one file when the glob has no stars. */
  readonly root: string
  readonly isOneFile: boolean
  readonly fits: (path: string) => boolean
  readonly #elements: readonly string[]
  /** For each depth below `/`, whether a folder so deep may be on the way. */
  readonly #onTheWay: ((path: string) => boolean)[] = []
  readonly #depth: number

  constructor(readonly glob: string) {
    this.#elements = elementsOf(glob)
    const stars = this.#elements.findIndex((element) => element.includes('*'))
    this.isOneFile = stars < 0
    this.root = `/${this.#elements.slice(0, this.isOneFile ? undefined : stars).join('/')}`
    this.fits = compileFileGlob(glob).fits
    this.#depth = this.#elements.includes('**')
      ? elementsOf(this.root).length + listLimits.depth
      : this.#elements.length - 1
  }

  /** Whether files that fit may be in this folder or below it. */
  leadsInto(folder: string): boolean {
    const depth = elementsOf(folder).length
    if (depth > this.#depth) return false
    // What is made up by the kernel is another tree.
    const kernel = kernelFolderOf(folder)
    if (kernel !== null && kernel !== kernelFolderOf(this.glob)) return false
    this.#onTheWay[depth] ??= compilePathGlob(this.#beginning(depth))
    return this.#onTheWay[depth](folder)
  }

  #beginning(depth: number): string {
    const any = this.#elements.indexOf('**')
    const elements = this.#elements.slice(0, any >= 0 && any < depth ? any + 1 : depth)
    return `/${elements.join('/')}`
  }
}

function elementsOf(path: string): string[] {
  return path.split('/').filter((element) => element !== '')
}
