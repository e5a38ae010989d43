/** So many files of a plugin are read at a time: more would only take descriptors, which a host has for its links. */
export const openFiles = 8

/** Does something with each item, some at a time, and gives the results in the order of the items. */
export async function inParallel<T, R>(
  width: number,
  items: readonly T[],
  act: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length)
  let next = 0
  const work = async () => {
    while (next < items.length) {
      const index = next++
      results[index] = await act(items[index]!)
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, work))
  return results
}
