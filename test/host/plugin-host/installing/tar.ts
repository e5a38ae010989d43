/** An entry of a tar archive as an attacker writes it: any path, any type. */
export interface TarEntry {
  path: string
  /** `0` a file, `1` a hard link, `2` a symbolic link, `3` a device, `5` a folder, `6` a pipe. */
  type?: string
  content?: string | Buffer
  linkpath?: string
  mode?: number
  /** What the header says; default: what is true. */
  size?: number
}

/** An archive in the plain format of 1988, written by hand: no library makes what has to be refused. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(1024)])
}

function blocksOf({ path, type = '0', content = '', linkpath = '', mode = 0o644, size }: TarEntry): Buffer[] {
  const body = Buffer.from(content)
  const header = Buffer.alloc(512)
  header.write(path, 0, 100, 'latin1')
  header.write(octal(mode, 7), 100)
  header.write(octal(0, 7), 108)
  header.write(octal(0, 7), 116)
  header.write(octal(size ?? body.length, 11), 124)
  header.write(octal(0, 11), 136)
  header.write('        ', 148)
  header.write(type, 156)
  header.write(linkpath, 157, 100, 'latin1')
  header.write('ustar\u000000', 257)
  header.write(
    octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    ),
    148,
  )
  header[154] = 0
  return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}
