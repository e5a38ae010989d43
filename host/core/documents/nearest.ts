/** The candidate that a misspelt word most likely means; null when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  // Two slips in a long word, one in a short one.
  let best = { candidate: null as string | null, distance: word.length > 4 ? 2.5 : 1.5 }
  for (const candidate of candidates) {
    // Somebody's very long word must not take very long.
    if (Math.abs(word.length - candidate.length) > best.distance) continue
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < best.distance) best = { candidate, distance }
  }
  return best.candidate
}

/** How many letters to insert, remove, replace or swap with their neighbour make one word of the other. */
function editDistance(left: string, right: string): number {
  let previous: number[] = []
  let row = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let i = 1; i <= left.length; i++) {
    const beforePrevious = previous
    previous = row
    row = [i]
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1]
      let distance = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
      if (swapped) distance = Math.min(distance, beforePrevious[j - 2]! + 1)
      row.push(distance)
    }
  }
  return row.at(-1)!
}
