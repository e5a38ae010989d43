/** The relative links of a page, such as `other.md#section`. */
export function linksOf(page: string): string[] {
  const links = prose(page)
    .replace(/`[^`]*`/g, (code) => (code.includes('](') ? '' : code))
    .matchAll(/\]\(([^)\s]+)\)/g)
  return [...links].map(([, link]) => link!).filter((link) => !/^[a-z]+:/.test(link))
}

/** The titles of the sections of a page. */
function titlesOf(page: string): string[] {
  return [...prose(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, title]) => title!.trim())
}

/** What links call the sections of a page, in the manner of GitHub. */
export function anchorsOf(page: string): string[] {
  const seen = new Map<string, number>()
  return titlesOf(page).map((title) => {
    const anchor = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-')
    const count = seen.get(anchor) ?? 0
    seen.set(anchor, count + 1)
    return count === 0 ? anchor : `${anchor}-${count}`
  })
}

/** A page without its blocks of code. */
function prose(page: string): string {
  return page.replace(/^```.*?^```$/gms, '')
}
