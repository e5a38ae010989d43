import { compileGlob } from '../claims/glob.js'

/** Stands, as an element of its own, for any number of elements, also for none. */
const anyDepth = '**'

/**
 * Compiles a glob of absolute paths, of files or of D-Bus objects: `*` stands for anything within one element,
 * `**` as an element of its own for any number of them, also for none. Nothing else is special. What it costs
 * to match is at most the length of the glob times that of the path.
 */
export function compilePathGlob(glob: string): (path: string) => boolean {
  const fits = elementsOf(glob).map((element) => (element === anyDepth ? null : compileElement(element)))
  return (path) => {
    const elements = elementsOf(path)
    // What climbs leads elsewhere than it seems to.
    if (!path.startsWith('/') || elements.some((element) => element === '.' || element === '..')) return false
    return matches(fits.length, elements.length, {
      isAnyDepth: (at) => fits[at] === null,
      fits: (at, other) => fits[at]!(elements[other]!),
    })
  }
}

/**
 * Whether every path that `inner` matches is one that `outer` matches. It may say no where that is not seen;
 * it never says yes where it is not so.
 */
export function pathGlobCovers(outer: string, inner: string): boolean {
  const of = elementsOf(outer)
  const asked = elementsOf(inner)
  return matches(of.length, asked.length, {
    isAnyDepth: (at) => of[at] === anyDepth,
    fits: (at, other) => asked[other] !== anyDepth && starCovers(of[at]!, asked[other]!),
  })
}

/**
 * Whether all that `inner` matches is matched by `outer`, both with `*` as their only special character: a star
 * is taken as a character that only a star can match, and a star matches whatever another one stands for.
 */
export function starCovers(outer: string, inner: string): boolean {
  return compileElement(outer)(inner)
}

/** Whether there is a path that both globs match. */
export function pathGlobsMeet(a: string, b: string): boolean {
  const left = elementsOf(a)
  const right = elementsOf(b)
  return meet(left.length, right.length, {
    left: (at) => left[at] === anyDepth,
    right: (at) => right[at] === anyDepth,
    fits: (i, j) => {
      const one = left[i]!
      const other = right[j]!
      return meet(one.length, other.length, {
        left: (at) => one[at] === '*',
        right: (at) => other[at] === '*',
        fits: (m, n) => one[m] === other[n],
      })
    },
  })
}

function elementsOf(path: string): string[] {
  return path.split('/').filter((element) => element !== '')
}

function compileElement(element: string): (text: string) => boolean {
  // `?` and `[` are letters here.
  return compileGlob(element.replace(/[?[]/g, (character) => (character === '?' ? '[?]' : '[[]')))
}

/** Goes back to the last element for any depth only: what an earlier one could take, the last one can as well. */
function matches(
  length: number,
  others: number,
  { isAnyDepth, fits }: { isAnyDepth(at: number): boolean; fits(at: number, other: number): boolean },
): boolean {
  let at = 0
  let other = 0
  let last = -1
  let taken = 0
  while (other < others) {
    if (at < length && isAnyDepth(at)) {
      last = at++
      taken = other
    } else if (at < length && fits(at, other)) {
      at++
      other++
    } else if (last >= 0) {
      at = last + 1
      other = ++taken
    } else return false
  }
  while (at < length && isAnyDepth(at)) at++
  return at === length
}

/** Whether two lists of elements, in both of which some stand for any number of elements, have one reading in common. */
function meet(
  lefts: number,
  rights: number,
  is: { left(at: number): boolean; right(at: number): boolean; fits(left: number, right: number): boolean },
): boolean {
  // Row by row from the ends: whether what follows position i on the left meets what follows j on the right.
  let below: boolean[] = []
  for (let i = lefts; i >= 0; i--) {
    const row: boolean[] = []
    for (let j = rights; j >= 0; j--) {
      if (i === lefts && j === rights) row[j] = true
      else if (i < lefts && is.left(i)) row[j] = below[j]! || (j < rights && row[j + 1]!)
      else if (j < rights && is.right(j)) row[j] = row[j + 1]! || (i < lefts && below[j]!)
      else row[j] = i < lefts && j < rights && is.fits(i, j) && below[j + 1]!
    }
    below = row
  }
  return below[0]!
}
