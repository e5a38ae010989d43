const pattern =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]/gu

/** Replaces what moves a cursor, is not seen, or turns the direction of what follows, such as in a terminal. */
export function replaceUnprintable(text: string, replacement: (character: string) => string): string {
  return text.replace(pattern, replacement)
}

export function hasUnprintable(text: string): boolean {
  return text.search(pattern) !== -1
}
